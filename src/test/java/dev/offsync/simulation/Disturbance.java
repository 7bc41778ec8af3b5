package dev.offsync.simulation;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A run of a device, with what gets in its way: a fault, and open transactions that it has to wait for. */
final class Disturbance {
    private static final long PATIENCE_MILLIS = 60_000;
    private static final long GLANCE_MILLIS = 20;

    /** Threads of its own: those that all tests share are as few as processors. */
    private static final ExecutorService RUNS = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "run");
        thread.setDaemon(true);
        return thread;
    });

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
            await(step, RUNS.submit(() -> gadget.run(step.verb())));
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

    private void await(Step.Run step, Future<?> run)
            throws SQLException, ExecutionException, InterruptedException, TimeoutException {
        long start = System.nanoTime();
        boolean terminates = step.fault().kind() == Step.Fault.Kind.TERMINATE;
        long glance = terminates || wayOut.exists() ? GLANCE_MILLIS : PATIENCE_MILLIS;
        while (true) {
            try {
                run.get(glance, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                if (millis > PATIENCE_MILLIS) {
                    throw e;
                }
                if (terminates && !terminated && millis >= step.fault().after()) {
                    terminated = true;
                    hub.endRuns();
                }
                letThrough();
            }
        }
    }

    private void letThrough() throws SQLException {
        if (hub.isSomebodyWaiting()) {
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
