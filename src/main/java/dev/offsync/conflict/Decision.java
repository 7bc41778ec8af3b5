package dev.offsync.conflict;

import dev.offsync.model.Row;

/** What becomes of a conflict, each with the sentence that {@code conflicts show} prints. */
public sealed interface Decision {
    /** Why it was decided so: one sentence without a full stop. */
    String because();

    /** The same decision, its reason led in by {@code clause}. */
    Decision after(String clause);

    /** The local change goes to the hub as it is: its row, or its deletion. */
    record KeepLocal(String because) implements Decision {
        @Override
        public KeepLocal after(String clause) {
            return new KeepLocal(clause + because);
        }
    }

    /** The hub's row, or its deletion, replaces the local change. */
    record KeepRemote(String because) implements Decision {
        @Override
        public KeepRemote after(String clause) {
            return new KeepRemote(clause + because);
        }
    }

    /** A row that is neither side's is written on both. */
    record Write(Row row, String because) implements Decision {
        @Override
        public Write after(String clause) {
            return new Write(row, clause + because);
        }
    }

    /** The local change goes to the hub as it is, and the row that held its unique value takes new content: {@code other}. */
    record Displace(Row other, String because) implements Decision {
        @Override
        public Displace after(String clause) {
            return new Displace(other, clause + because);
        }
    }

    /** The local row moves to a key of its own, with what references it, and the hub's row takes its place. */
    record Rekey(String because) implements Decision {
        @Override
        public Rekey after(String clause) {
            return new Rekey(clause + because);
        }
    }

    /** A person has to decide. */
    record Open(String because) implements Decision {
        @Override
        public Open after(String clause) {
            return new Open(clause + because);
        }
    }
}
