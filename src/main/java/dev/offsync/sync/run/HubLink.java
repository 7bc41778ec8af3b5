package dev.offsync.sync.run;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.hub.Contact;
import dev.offsync.hub.Hello;
import dev.offsync.hub.Hub;
import dev.offsync.hub.HubSchema;
import dev.offsync.local.device.Cursors;
import dev.offsync.local.device.DeviceState;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.device.RunLock;
import dev.offsync.model.Endpoint;
import dev.offsync.model.Problem;
import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Connector;
import dev.offsync.pg.Database;
import dev.offsync.pg.Place;
import dev.offsync.pg.Side;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The contact of one run with the hub: one connection, the hub's greeting, and the skew between the two clocks. */
public final class HubLink implements AutoCloseable {
    /** A call to the hub. */
    @FunctionalInterface
    public interface Call<T> {
        T run(Hub hub) throws SQLException;
    }

    /** The hub refused what a batch contains; the batch had no effect there. */
    public static final class Rejected extends Exception {
        private static final long serialVersionUID = 1L;

        Rejected(SQLException cause) {
            super(HubErrors.text(cause), cause);
        }

        public String text() {
            return Objects.requireNonNull(getMessage());
        }
    }

    private static final int MOST_TRIES = 3;

    private final Endpoint endpoint;
    private final Hub hub;
    private final LocalSession session;
    private final @Nullable UUID run;
    private Hello hello;
    private long skewMs;

    private HubLink(Endpoint endpoint, Hub hub, LocalSession session, @Nullable UUID run) {
        this.endpoint = endpoint;
        this.hub = hub;
        this.session = session;
        this.run = run;
        this.hello =
                new Hello(0, 0, new UUID(0, 0), "", Instant.EPOCH, 0, new UUID(0, 0), 0, Map.of(), Map.of(), Map.of());
    }

    /** Connects, greets, and makes sure that this is the hub that the device knows. */
    static HubLink open(LocalSession session, String command) throws SQLException {
        return open(session, command, UUID.randomUUID());
    }

    /** Looks at the hub beside a run that may be under way: nothing is written down, here or there. */
    public static HubLink look(LocalSession session, String command) throws SQLException {
        return open(session, command, null);
    }

    private static HubLink open(LocalSession session, String command, @Nullable UUID run) throws SQLException {
        DeviceState device = session.device();
        if (device.id() == null) {
            throw new OffsyncException(
                    Reason.NOT_INITIALISED,
                    "this device was prepared without a hub and is not registered",
                    "run offsync init with --remote once the hub can be reached");
        }
        Endpoint endpoint = session.settings().hub();
        var link = new HubLink(endpoint, new Hub(connect(session.settings(), endpoint, command)), session, run);
        try {
            link.greet();
            Notices.info(
                    session.settings(),
                    "connected to the hub at " + endpoint.address() + "; clocks are " + link.skewMs + " ms apart");
            return link;
        } catch (SQLException | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    public static Database connect(Settings settings, Endpoint endpoint, String command) {
        return new Database(Connector.open(
                endpoint,
                Side.HUB,
                settings.connectTimeout(),
                settings.networkTimeout(),
                RunLock.applicationName(command)));
    }

    /** Reads the hub's state anew, as after its columns changed. */
    void greet() throws SQLException {
        Instant localClock = session.database()
                .first("SELECT clock_timestamp()", row -> row.getObject(1, OffsetDateTime.class)
                        .toInstant())
                .orElseThrow();
        long read = System.nanoTime();
        hello = call(this::answer);
        long turn = System.nanoTime() - read;
        // The hub read its clock somewhere within the turn: the middle of it is the best guess, half of it the error.
        Instant localThen = localClock.plusNanos(turn / 2);
        Duration skew = Duration.between(hello.clock(), localThen);
        skewMs = skew.abs().compareTo(Duration.ofNanos(turn / 2).plusMillis(1)) <= 0 ? 0 : skew.toMillis();
        requireKnownHub();
        recogniseContact(new DeviceStore(session.database()));
        requireSchema(OptionalInt.of(hello.schemaVersion()), hello.servesFrom());
        if (run != null) {
            recogniseCluster(new DeviceStore(session.database()));
        }
    }

    private Hello answer(Hub asked) throws SQLException {
        List<Integer> tables = session.tables().stream()
                .map(SyncedTable::hubTable)
                .filter(Objects::nonNull)
                .toList();
        try {
            return asked.hello(device(), run, tables);
        } catch (SQLException e) {
            asked.database().rollback(e);
            String known = new DeviceStore(session.database()).hubCluster().orElse(null);
            if (SqlErrors.state(e).equals("3F000") && known != null && !known.equals(Place.of(asked.database()))) {
                throw new OffsyncException(
                        Reason.HUB_REPLACED,
                        "this database knows nothing of offsync, and is not the one that the device was registered at",
                        "if the hub was replaced on purpose, run offsync init --rejoin",
                        e);
            }
            throw e;
        }
    }

    /** A hub that lives elsewhere now may have lost nothing, but its transactions are numbered anew: compare everything. */
    private void recogniseCluster(DeviceStore store) throws SQLException {
        String known = store.hubCluster().orElse(null);
        if (hello.cluster().equals(known)) {
            return;
        }
        call(h -> h.settleIn(device()));
        session.database().transaction(() -> {
            if (known != null) {
                new Cursors(session.database()).reconcileAll(Reconcile.REJOIN);
            }
            store.rememberHubCluster(hello.cluster());
            return store;
        });
        // The columns may have been those of tables that had the numbers of the hub's.
        greet();
    }

    /** @param servesFrom the oldest version that the hub says it serves */
    public static void requireSchema(OptionalInt version, int servesFrom) {
        if (version.isEmpty()) {
            throw new OffsyncException(
                    Reason.NOT_INITIALISED,
                    "the hub is not prepared for offsync",
                    "run offsync init with a role that may create the schema offsync there");
        }
        if (version.getAsInt() < HubSchema.MIGRATIONS.current()) {
            throw new OffsyncException(
                    Reason.NOT_INITIALISED,
                    "the hub was prepared by an older offsync",
                    "run offsync init --hub-only with the owner of the hub's schema offsync; until then, use the older one");
        }
        HubSchema.MIGRATIONS.refuseUnserved(version.getAsInt(), servesFrom);
    }

    private void requireKnownHub() {
        UUID known = session.device().hubIdentity();
        if (known != null && !known.equals(hello.identity())) {
            throw new OffsyncException(
                    Reason.HUB_REPLACED,
                    "this is not the hub that the device was registered at",
                    "if the hub was replaced on purpose, run offsync init --rejoin");
        }
    }

    /** Tells a contact whose reply was lost from a copy of this device and from a hub that was rolled back. */
    private void recogniseContact(DeviceStore store) throws SQLException {
        DeviceState known = store.load().orElseThrow();
        boolean inStep =
                hello.contactSeq() == known.contactSeq() && hello.contactNonce().equals(known.contactNonce());
        boolean replyLost = hello.contactSeq() == known.contactSeq() + 1
                && hello.contactNonce().equals(known.nextNonce());
        if (run == null && (replyLost || known.contactSeq() != session.device().contactSeq())) {
            // A run is between the hub's record and its own, or got on while the hub was asked.
            return;
        }
        if (replyLost) {
            store.contacted(hello.clock(), store.lastOperation(), skewMs);
        } else if (hello.contactSeq() < known.contactSeq()) {
            throw HubErrors.rolledBack(known.contactSeq() - hello.contactSeq(), store.purgedAfter(hello.lastBatch()));
        } else if (!inStep) {
            throw HubErrors.cloned(known.name());
        } else if (run != null) {
            store.measured(skewMs);
        }
    }

    public int device() {
        return Objects.requireNonNull(session.device().id());
    }

    public Hello hello() {
        return hello;
    }

    /** The local server's clock minus the hub's; 0 where the measurement cannot tell them apart. */
    public long skewMs() {
        return skewMs;
    }

    /** The warning that the skew draws, where it does. */
    public Optional<Problem> skewProblem() {
        return ClockSkew.problem(skewMs, session.settings().maxClockSkew());
    }

    public Hub hub() {
        return hub;
    }

    /** Makes a call whose failure ends the run. */
    public <T> T call(Call<T> call) {
        try {
            return call.run(hub);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /**
     * Makes the call that applies a batch: what the hub finds wrong with its content is for the caller. Where somebody else
     * got in the way (a row inserted there meanwhile, a deadlock) the next try sees what that left.
     */
    <T> T apply(Call<T> call) throws Rejected {
        for (int tries = 1; ; tries++) {
            try {
                return call.run(hub);
            } catch (SQLException e) {
                hub.database().rollback(e);
                if (tries == MOST_TRIES || !SqlErrors.isLostRace(e)) {
                    if (SqlErrors.isDataError(e)) {
                        throw new Rejected(e);
                    }
                    throw failure(e);
                }
            }
        }
    }

    /** A call that applies a batch, under way in a thread of its own. */
    public final class Applying<T> {
        private final Background<T> call;

        private Applying(Call<T> call) {
            this.call = Background.start("offsync-apply", () -> HubLink.this.apply(call));
        }

        /** Waits for the hub's answer. */
        public T await() throws Rejected {
            try {
                return call.await();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Rejected rejected) {
                    throw rejected;
                }
                throw new IllegalStateException(e.getCause());
            }
        }

        /** Waits until the hub can be called again, whatever it answers. */
        public void pass() {
            call.pass();
        }
    }

    /** As {@link #apply}, without waiting: the local database can be read meanwhile, the hub is not to be called. */
    public <T> Applying<T> applyMeanwhile(Call<T> call) {
        return new Applying<>(call);
    }

    /** What a failure of the local database during a transfer between the two is passed through as. */
    public static final class LocalFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final SQLException failure;

        LocalFailure(SQLException failure) {
            super(failure);
            this.failure = failure;
        }

        public SQLException failure() {
            return failure;
        }
    }

    public static LocalFailure local(SQLException e) {
        return new LocalFailure(e);
    }

    /** Runs a transfer that reads from the hub and writes here, and tells whose failure ended it. */
    public long receive(Database.Work<Long> transfer) throws SQLException {
        try {
            return transfer.run();
        } catch (LocalFailure e) {
            throw e.failure;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    public OffsyncException failure(SQLException e) {
        return HubErrors.translate(e, endpoint);
    }

    /** The token of the contact that is about to end; {@code next} was kept durably before. */
    public Contact contact(UUID next) {
        return contact(next, new DeviceStore(session.database()));
    }

    private Contact contact(UUID next, DeviceStore store) {
        try {
            DeviceState now = store.load().orElseThrow();
            return new Contact(
                    device(),
                    Objects.requireNonNull(run),
                    now.contactSeq(),
                    Objects.requireNonNull(now.contactNonce()),
                    next);
        } catch (SQLException e) {
            throw SqlErrors.translate(e, Side.LOCAL, session.settings().local());
        }
    }

    @Override
    public void close() {
        hub.database().close();
    }
}
