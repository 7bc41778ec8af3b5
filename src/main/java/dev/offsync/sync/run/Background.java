package dev.offsync.sync.run;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A call that is under way in a thread of its own. */
public final class Background<T> {
    private final FutureTask<T> task;

    private Background(Callable<T> call) {
        task = new FutureTask<>(call);
    }

    public static <T> Background<T> start(String name, Callable<T> call) {
        var background = new Background<T>(call);
        var thread = new Thread(background.task, name);
        thread.setDaemon(true);
        thread.start();
        return background;
    }

    /**
     * Waits for what the call returns, however long that takes.
     *
     * @throws ExecutionException with what the call threw, unless that is unchecked: then it is thrown as it is
     */
    public T await() throws ExecutionException {
        try {
            return ended();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Waits until the call has ended; whoever asks for what it returned is told what it threw. */
    public void pass() {
        try {
            ended();
        } catch (ExecutionException e) {
            return;
        }
    }

    private T ended() throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
