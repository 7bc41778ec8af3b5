package dev.offsync.sync.pull;

import dev.offsync.hub.ChangeFeed;
import dev.offsync.hub.ChangeFeed.After;
import dev.offsync.hub.ChangeFeed.Source;
import dev.offsync.local.device.Cursors;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.inbox.EmptyTable;
import dev.offsync.local.inbox.ForeignKeys;
import dev.offsync.local.inbox.Inbox;
import dev.offsync.local.inbox.InboxWriter;
import dev.offsync.local.inbox.InboxWriter.Applied;
import dev.offsync.local.queue.LargeRows;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.Layout;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.OutputSettings;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.LocalTriggers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * The first rows of a large table that is empty here: they go from COPY to COPY as they are, since they can meet nothing. As
 * with any pull in chunks, each is one local transaction that also notes how far the load has come. Whatever stands against
 * it here, such as a row that an application made meanwhile, sends the chunk the usual way.
 */
final class FirstLoad {
    /** A chunk that took less is followed by a larger one: each costs commits and turns, whatever it holds. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final int LARGEST_SHARE = 4;

    private final LocalSession session;
    private final HubLink link;
    private final PullContact contact;
    private final Database database;
    private final Inbox inbox;
    private final Set<Integer> refused = new HashSet<>();
    private int share = 1;

    FirstLoad(LocalSession session, HubLink link, PullContact contact) {
        this.session = session;
        this.link = link;
        this.contact = contact;
        this.database = session.database();
        this.inbox = new Inbox(database);
    }

    /** Whether the rows of the first of {@code sources} are to be loaded, and not to go the usual way. */
    boolean fits(PullSource hub, List<Source> sources) throws SQLException {
        if (sources.isEmpty() || hub.isReplica()) {
            return false;
        }
        Source source = sources.get(0);
        SyncedTable table = source.table();
        boolean first = source.cursor() == null
                && !source.gone()
                && source.wanted().isEmpty()
                && !session.filters().restricts(table);
        if (!first || refused.contains(table.id())) {
            return false;
        }
        boolean fits = here(table).takesCopies(key(source.after())) && hub.ask(at -> new ChangeFeed(at).isLarge(table));
        if (!fits) {
            refused.add(table.id());
        }
        return fits;
    }

    /**
     * Loads rows of a table that fits; nothing where something here stands against it.
     *
     * @param usual the rows of a chunk; where they come fast, a few times as many
     */
    Optional<Applied> chunk(PullSource hub, String snapshot, Source source, long usual) throws SQLException {
        long start = System.nanoTime();
        long most = usual * share;
        UUID next = new DeviceStore(database).prepareContact();
        var rows = new RowStream(source.table().id());
        var ended = new Object() {
            boolean yes;
        };
        try {
            Applied applied = database.transaction(() -> {
                write(hub, source, rows, most);
                note(source, snapshot, rows, most);
                String confirmed = contact.confirmed(snapshot);
                hub.end();
                ended.yes = true;
                contact.make(next, confirmed, null, false);
                return new Applied(rows.copied(), 0, 0, 0);
            });
            if (rows.changed()) {
                // What a run keeps in memory of rows that changed on the hub is not to grow.
                share = 1;
            } else if (System.nanoTime() - start < SHORT.toNanos()) {
                share = Math.min(share * 2, LARGEST_SHARE);
            }
            return Optional.of(applied);
        } catch (SQLException e) {
            if (ended.yes) {
                throw e;
            }
            refused.add(source.table().id());
            return Optional.empty();
        }
    }

    private void write(PullSource hub, Source source, RowStream rows, long most) throws SQLException {
        SyncedTable table = source.table();
        EmptyTable here = here(table);
        database.execute(OutputSettings.forTransaction());
        boolean silent = LocalTriggers.silence(database);
        inbox.create();
        new LocalRows(database).beginApplying();
        copy(
                hub,
                ChangeFeed.copyRows(source, here.columns(), here.texts(), most + 1, LargeRows.largest()),
                here.copyIn(),
                rows);
        rows.remember(database);
        if (silent) {
            new ForeignKeys(database, session.tables()).lockParentsBeyond(table, key(source.after()));
        }
        boolean large = rows.large();
        if (large) {
            inbox.holdLarge(table);
        }
        new InboxWriter(database, table, sent(table), new Inbox.Arrived(false, rows.changed(), false, large), false)
                .rest();
        new LocalRows(database).endApplying();
        inbox.keepWanted(table);
        database.execute("SET CONSTRAINTS ALL IMMEDIATE");
    }

    /** What stands against a row here must not leave the rest of the hub's answer in the way of the next question. */
    private void copy(PullSource hub, String from, String into, RowStream rows) throws SQLException {
        CopyOut out = hub.copy(from);
        CopyIn in = database.copyIn(into);
        try {
            hub.receive(() -> rows.run(out, in));
            in.endCopy();
        } catch (SQLException e) {
            hub.receive(() -> RowStream.skip(out));
            throw e;
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }

    private void note(Source source, String snapshot, RowStream rows, long most) throws SQLException {
        var cursors = new Cursors(database);
        List<SyncedTable> table = List.of(source.table());
        cursors.advance(table, snapshot, inbox.last().orElse(null));
        if (rows.read() <= most) {
            cursors.finishLoad(source.table());
        }
    }

    private EmptyTable here(SyncedTable table) throws SQLException {
        return new EmptyTable(database, table, sent(table));
    }

    private List<String> sent(SyncedTable table) {
        List<String> hubColumns =
                Objects.requireNonNull(link.hello().columns().get(Objects.requireNonNull(table.hubTable())));
        return Layout.of(hubColumns, table.columns(), table.sentColumns()).sent();
    }

    private static @Nullable List<String> key(@Nullable After after) {
        return after == null ? null : after.key();
    }
}
