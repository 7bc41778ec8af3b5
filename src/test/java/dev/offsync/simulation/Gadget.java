package dev.offsync.simulation;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Progress;
import dev.offsync.model.Result;
import dev.offsync.model.SyncResult;
import dev.offsync.model.Use;
import dev.offsync.sync.Conflicts;
import dev.offsync.sync.Pull;
import dev.offsync.sync.Push;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.Sync;
import dev.offsync.sync.conflicts.ConflictFilter;
import dev.offsync.sync.pull.PullOptions;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.testing.FaultProxy;
import dev.offsync.testing.InitRequest;
import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestSettings;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** A device whose links to its own database and to the hub can be cut. */
record Gadget(Place place, FaultProxy hubLink, FaultProxy localLink, AtomicBoolean armed, Settings straight)
        implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE / 2;

    /** Prepares a device of {@code hub} with these tables; its runs go through {@code poolers}. */
    static Gadget join(String name, TestDatabase database, TestDatabase hub, Poolers poolers, List<String> tables)
            throws SQLException {
        return join(name, database, database.address(), hub.address(), poolers, tables);
    }

    /** As {@code role}, with which its runs log in on both sides. */
    static Gadget join(
            String name,
            OrdinaryRole role,
            TestDatabase database,
            TestDatabase hub,
            Poolers poolers,
            List<String> tables)
            throws SQLException {
        return join(name, database, role.of(database), role.of(hub), poolers, tables);
    }

    private static Gadget join(
            String name,
            TestDatabase database,
            ServerAddress local,
            ServerAddress hub,
            Poolers poolers,
            List<String> tables)
            throws SQLException {
        Settings direct = TestSettings.of(local.url(), hub.url());
        InitRequest.of(tables.toArray(String[]::new)).device(name).run(direct);
        new Sync(direct, Progress.NONE).run(PushOptions.everything(), PullOptions.everything());
        ServerAddress here = poolers.toDevice(local);
        ServerAddress there = poolers.toHub(hub);
        return new Gadget(
                Place.of(database),
                FaultProxy.before(there),
                FaultProxy.before(here),
                new AtomicBoolean(true),
                TestSettings.of(here.url(), there.url()));
    }

    TestDatabase database() {
        return place.database();
    }

    Result run(Step.Verb verb) {
        return switch (verb) {
            case PUSH -> new Push(settings(), Progress.NONE).run(PushOptions.everything());
            case PULL -> new Pull(settings(), Progress.NONE).run(PullOptions.everything());
            case SYNC -> sync();
        };
    }

    SyncResult sync() {
        return new Sync(settings(), Progress.NONE).run(PushOptions.everything(), PullOptions.everything());
    }

    /** What a person says about a conflict; false where that cannot be done. */
    boolean resolve(long id, Use use) {
        try {
            new Conflicts(settings())
                    .resolve(new ResolveOptions(
                            List.of(id), new ConflictFilter(null, null, false), use, Map.of(), null, false));
            return true;
        } catch (OffsyncException refused) {
            if (refused.reason() != Reason.USAGE) {
                throw refused;
            }
            return false;
        }
    }

    /** Prepares the cut that {@code fault} asks for, and takes back one that has not struck. */
    void arm(Step.Fault fault) {
        armed.set(fault.kind() != Step.Fault.Kind.NONE);
        hubLink.cutAfterMessages(FaultProxy.Direction.TO_SERVER, NEVER);
        localLink.cutAfterMessages(FaultProxy.Direction.TO_SERVER, NEVER);
        switch (fault.kind()) {
            case HUB_LINK_TO_SERVER -> hubLink.cutAfterMessages(FaultProxy.Direction.TO_SERVER, fault.after());
            case HUB_LINK_TO_CLIENT -> hubLink.cutAfterMessages(FaultProxy.Direction.TO_CLIENT, fault.after());
            case LOCAL_LINK_TO_SERVER -> localLink.cutAfterMessages(FaultProxy.Direction.TO_SERVER, fault.after());
            case LOCAL_LINK_TO_CLIENT -> localLink.cutAfterMessages(FaultProxy.Direction.TO_CLIENT, fault.after());
            case LOST_REPLY -> hubLink.cutBeforeAnswerToCommit(fault.after());
            case NONE, TERMINATE -> {}
        }
    }

    /** Cuts that have struck so far. */
    int cuts() {
        return hubLink.cuts() + localLink.cuts();
    }

    @Override
    public void close() throws SQLException {
        hubLink.close();
        localLink.close();
        place.close();
    }

    /** Where nothing is going to happen on the way, it need not lead through the proxies. */
    private Settings settings() {
        if (!armed.get()) {
            return straight;
        }
        return TestSettings.of(localLink.address().url(), hubLink.address().url());
    }
}
