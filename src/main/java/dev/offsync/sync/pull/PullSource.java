package dev.offsync.sync.pull;

import dev.offsync.error.OffsyncException;
import dev.offsync.hub.ChangeFeed;
import dev.offsync.hub.ChangeFeed.Moment;
import dev.offsync.hub.Hub;
import dev.offsync.hub.Replica;
import dev.offsync.local.device.Cursors;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.model.Endpoint;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.Notices;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/**
 * Where a pull reads: the hub, or a streaming replica of it ({@code pull_remote}). A replica may lag, but it is read only
 * where it shows all that this device has seen and sent before, so that nothing goes back; where it does not within
 * {@code connect_timeout}, or fails, this run reads from the hub. The contact is made with the hub in any case.
 */
final class PullSource implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** The replica is of no use any more; what was read from it in this chunk is to be read again. */
    static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost(SQLException cause) {
            super(SqlErrors.text(cause), cause);
        }
    }

    private final LocalSession session;
    private final HubLink link;
    private @Nullable Replica replica;
    private @Nullable Endpoint endpoint;
    private boolean chosen;
    private @Nullable String position;

    PullSource(LocalSession session, HubLink link) {
        this.session = session;
        this.link = link;
    }

    /** Opens the transaction that a chunk is read in. */
    Moment begin() throws SQLException {
        choose();
        Replica from = replica;
        if (from != null) {
            try {
                Optional<Moment> moment = await(from);
                if (moment.isPresent()) {
                    return moment.get();
                }
                giveUp("is behind what this device has seen");
            } catch (SQLException e) {
                giveUp("failed: " + SqlErrors.text(e));
            }
        }
        return link.call(hub -> new ChangeFeed(hub.database()).begin());
    }

    /** A question to the database that is read. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Database database) throws SQLException;
    }

    <T> T ask(Question<T> question) {
        Replica from = replica;
        if (from == null) {
            return link.call(hub -> question.ask(hub.database()));
        }
        try {
            return question.ask(from.database());
        } catch (SQLException e) {
            throw new Lost(e);
        }
    }

    CopyOut copy(String sql) {
        Replica from = replica;
        if (from == null) {
            return link.call(hub -> hub.database().copyOut(sql));
        }
        try {
            return from.database().copyOut(sql);
        } catch (SQLException e) {
            throw new Lost(e);
        }
    }

    /** Runs a transfer of what {@link #copy} opened, and tells whose failure ended it. */
    long receive(Database.Work<Long> transfer) throws SQLException {
        if (replica == null) {
            return link.receive(transfer);
        }
        try {
            return transfer.run();
        } catch (HubLink.LocalFailure e) {
            throw e.failure();
        } catch (SQLException e) {
            throw new Lost(e);
        }
    }

    void end() {
        Replica from = replica;
        if (from == null) {
            link.call(hub -> {
                new ChangeFeed(hub.database()).end();
                return hub;
            });
            return;
        }
        try {
            from.end();
        } catch (SQLException e) {
            throw new Lost(e);
        }
    }

    boolean isReplica() {
        return replica != null;
    }

    /** How far the replica was when the chunk was read; null where the hub was read. */
    @Nullable
    String position() {
        return replica == null ? null : position;
    }

    /** The hub is read for the rest of this run. */
    void giveUp(Lost lost) {
        giveUp("failed: " + lost.getMessage());
    }

    private void giveUp(String why) {
        Endpoint of = endpoint;
        Notices.warn("the replica " + (of == null ? "" : "at " + of.address() + " ") + why
                + "; this pull reads from the hub itself");
        close();
    }

    /** A restored hub is compared with itself alone: its replicas may not have followed it. */
    private void choose() throws SQLException {
        if (chosen) {
            return;
        }
        chosen = true;
        Optional<Endpoint> named = session.settings().pullReplica();
        if (named.isEmpty() || new Cursors(session.database()).rejoins()) {
            return;
        }
        endpoint = named.get();
        try {
            replica = new Replica(HubLink.connect(session.settings(), named.get(), "pull"));
        } catch (OffsyncException e) {
            giveUp("is out of reach (" + e.getMessage() + ")");
        }
    }

    private Optional<Moment> await(Replica from) throws SQLException {
        String incarnation = link.call(Hub::incarnation);
        DeviceStore.Seen seen = new DeviceStore(session.database()).seen();
        long patience = System.nanoTime() + session.settings().connectTimeout().toNanos();
        while (true) {
            position = from.position();
            Moment moment = from.begin();
            if (from.shows(link.device(), incarnation, seen.contactSeq())
                    && from.isAt(position, seen.replicaPosition())
                    && from.columns(link.hello().columns().keySet())
                            .equals(link.hello().columns())) {
                return Optional.of(moment);
            }
            from.end();
            if (System.nanoTime() > patience) {
                return Optional.empty();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    @Override
    public void close() {
        Replica from = replica;
        if (from != null) {
            replica = null;
            from.database().close();
        }
    }
}
