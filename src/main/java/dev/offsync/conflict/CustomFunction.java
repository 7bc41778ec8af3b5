package dev.offsync.conflict;

import dev.offsync.model.Conflict;
import dev.offsync.model.Row;
import org.jspecify.annotations.Nullable;

/** Calls an operator's own function, {@code f(local jsonb, remote jsonb, base jsonb) RETURNS jsonb}. */
@FunctionalInterface
public interface CustomFunction {
    /**
     * The row to keep, or null if the function leaves the conflict to a person.
     *
     * @param function the name as the rule gives it
     * @throws Raised if the function raised an error; any other failure, a broken connection say, is the caller's own
     */
    @Nullable
    Row rowToKeep(String function, Conflict conflict) throws Raised;

    /** The function's own error, with its message: the conflict stays open and keeps it. */
    final class Raised extends Exception {
        private static final long serialVersionUID = 1L;

        public Raised(String message) {
            super(message);
        }
    }
}
