package dev.offsync.simulation;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A run of a device, with what gets in its way: a fault, and open transactions that it has to wait for. */
final class Disturbance {
    private static final long PATIENCE_MILLIS = 60_000;
    private static final long GLANCE_MILLIS = 20;

    /** Transactions that the run may be waiting for. */
    interface WayOut {
        boolean exists();

        void take() throws SQLException;
    }

    /** A run that ended as it should not. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Broken(Step.Run run, Throwable cause) {
            super(run + " ended with " + cause, cause);
        }
    }

    private final Place hub;
    private final Gadget gadget;
    private final WayOut wayOut;
    private boolean terminated;

    Disturbance(Place hub, Gadget gadget, WayOut wayOut) {
        this.hub = hub;
        this.gadget = gadget;
        this.wayOut = wayOut;
    }

    void run(Step.Run step) throws SQLException {
        int cuts = gadget.cuts();
        gadget.arm(step.fault());
        try {
            await(step, CompletableFuture.supplyAsync(() -> gadget.run(step.verb())));
        } catch (ExecutionException e) {
            boolean disturbed = terminated || gadget.cuts() > cuts;
            if (!disturbed || !isExcused(step, e.getCause())) {
                throw new Broken(step, e.getCause());
            }
        } catch (TimeoutException | InterruptedException e) {
            throw new Broken(step, e);
        }
        if (gadget.cuts() > cuts) {
            gadget.place().endRuns();
        }
        gadget.arm(Step.Fault.NONE);
    }

    private void await(Step.Run step, CompletableFuture<?> run)
            throws SQLException, ExecutionException, InterruptedException, TimeoutException {
        long start = System.nanoTime();
        while (true) {
            try {
                run.get(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                if (millis > PATIENCE_MILLIS) {
                    throw e;
                }
                if (step.fault().kind() == Step.Fault.Kind.TERMINATE
                        && !terminated
                        && millis >= step.fault().after()) {
                    terminated = true;
                    hub.endRuns();
                }
                letThrough();
            }
        }
    }

    private void letThrough() throws SQLException {
        if (!"0"
                .equals(hub.database()
                        .scalar("SELECT count(*) FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND wait_event_type = 'Lock'"))) {
            wayOut.take();
        }
    }

    /** A run whose own database is gone may say so in any way; one that lost the hub is offline. */
    private static boolean isExcused(Step.Run step, Throwable failure) {
        boolean local = step.fault().kind() == Step.Fault.Kind.LOCAL_LINK_TO_CLIENT
                || step.fault().kind() == Step.Fault.Kind.LOCAL_LINK_TO_SERVER;
        return failure instanceof OffsyncException known && (local || known.reason() == Reason.OFFLINE);
    }
}
