package dev.offsync.sync.push;

import dev.offsync.hub.BatchPlan;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.queue.Outbox;
import dev.offsync.local.queue.Outbox.Part;
import dev.offsync.local.queue.PlainBatch;
import dev.offsync.local.queue.Queue;
import dev.offsync.model.Layout;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.PieceCopy;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.ReferenceOrder;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Makes claimed batches ready to be sent. */
final class Packing {
    /** More than this is not held in memory ahead of its upload. */
    private static final long MOST_AHEAD = 8 << 20;

    private final LocalSession session;
    private final HubLink link;
    private final Outbox outbox;
    private final PlainBatch plain;
    private final Map<Integer, Map<String, String>> types = new HashMap<>();

    Packing(LocalSession session, HubLink link, Outbox outbox) {
        this.session = session;
        this.link = link;
        this.outbox = outbox;
        this.plain = new PlainBatch(session.database(), session.tables());
    }

    Outgoing pack(Queue.Planned planned) throws SQLException {
        Optional<Outgoing> plainly = packPlainly(planned);
        return plainly.isPresent() ? plainly.get() : packFromOutbox(planned);
    }

    /** Packs a batch and reads it as far as memory allows. The outbox is filled anew where the batch needs it. */
    Outgoing packAhead(Queue.Planned planned) throws SQLException {
        Outgoing packed = pack(planned);
        long bytes = packed.inOutbox()
                ? outbox.bytes()
                : packed.plain().stream().mapToLong(PlainBatch.Rows::bytes).sum();
        // All of it or nothing: a COPY that is broken off would leave the connection in doubt.
        return bytes > MOST_AHEAD ? packed : readAhead(packed);
    }

    private Outgoing packFromOutbox(Queue.Planned planned) throws SQLException {
        long operations = outbox.fill(planned.batch());
        List<Part> parts = order(outbox.parts());
        String clock = link.hello().clock().toString();
        return outgoing(
                planned.batch(),
                List.of(),
                new long[] {operations, outbox.rows()},
                parts,
                i -> outbox.copy(parts.get(i), planned.batch(), i, clock));
    }

    private Optional<Outgoing> packPlainly(Queue.Planned planned) throws SQLException {
        Optional<List<PlainBatch.Rows>> found = planned.plain() ? plain.parts(planned.batch()) : Optional.empty();
        if (found.isEmpty() || found.get().isEmpty() || mayMoveAnObstacle(found.get())) {
            return Optional.empty();
        }
        List<Part> parts = order(found.get().stream().map(PlainBatch.Rows::part).toList());
        long rows = found.get().stream().mapToLong(PlainBatch.Rows::rows).sum();
        String clock = link.hello().clock().toString();
        return Optional.of(outgoing(
                planned.batch(),
                found.get(),
                new long[] {rows, rows},
                parts,
                i -> plain.copy(parts.get(i), planned.batch(), i, clock)));
    }

    /** Whether a row in conflict may be waiting for what the batch does; only the outbox tells whether one is. */
    private boolean mayMoveAnObstacle(List<PlainBatch.Rows> rows) throws SQLException {
        return rows.stream().anyMatch(part -> !part.part().plain().equals("insert"))
                && !new ConflictLog(session.database()).open().isEmpty();
    }

    private List<Part> order(List<Part> parts) throws SQLException {
        return new ReferenceOrder(session).parentsFirst(parts, Part::table);
    }

    /** The COPY of the part at a position. */
    @FunctionalInterface
    private interface CopyOf {
        String part(int position);
    }

    private Outgoing outgoing(
            long batch, List<PlainBatch.Rows> whole, long[] operationsAndRows, List<Part> parts, CopyOf copy)
            throws SQLException {
        var plan = new BatchPlan();
        var sections = new ArrayList<Outgoing.Section>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            int hubTable = Objects.requireNonNull(part.table().hubTable());
            List<String> hubColumns =
                    Objects.requireNonNull(link.hello().columns().get(hubTable));
            Layout layout = Layout.of(part.columns(), hubColumns, part.table().sentColumns());
            plan.add(hubTable, i, hubColumns, layout.sent(), types(part.table(), layout.sent()), part.plain());
            sections.add(new Outgoing.Section(part, layout, copy.part(i)));
        }
        return new Outgoing(batch, whole, operationsAndRows[0], operationsAndRows[1], sections, plan.json(), List.of());
    }

    private List<String> types(SyncedTable table, List<String> columns) throws SQLException {
        Map<String, String> known = types.get(table.id());
        if (known == null) {
            known = new Catalog(session.database()).columnTypes(table.name());
            types.put(table.id(), known);
        }
        Map<String, String> all = known;
        return columns.stream().map(column -> all.getOrDefault(column, "")).toList();
    }

    private Outgoing readAhead(Outgoing outgoing) throws SQLException {
        var pieces = new ArrayList<byte[]>();
        for (Outgoing.Section section : outgoing.sections()) {
            var reader = new PieceCopy.Reader(session.database().copyOut(section.copy()), section.layout());
            for (byte[] piece = reader.next(); piece != null; piece = reader.next()) {
                pieces.add(piece);
            }
        }
        return outgoing.with(pieces);
    }
}
