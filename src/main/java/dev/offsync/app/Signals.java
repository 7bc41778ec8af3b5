package dev.offsync.app;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * SIGINT and SIGTERM. A shutdown hook would not learn which of them came, and the answer on standard output holds the
 * exit code. sun.misc.Signal, of the supported module jdk.unsupported, is called by reflection, because javac warns of it
 * in a way that nothing can switch off.
 */
final class Signals {
    private static final Map<String, Integer> NUMBERS = Map.of("INT", 2, "TERM", 15);

    private Signals() {}

    /** @param end told 128 + the signal's number, in a thread of its own */
    static void onEnd(IntConsumer end) {
        NUMBERS.forEach((name, number) -> on(name, () -> end.accept(128 + number)));
    }

    private static void on(String name, Runnable end) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        end.run();
                        return null;
                    });
            var handle = signalType.getMethod("handle", signalType, handlerType);
            Object before = handle.invoke(null, signal, handler);
            Object ignored = handlerType.getField("SIG_IGN").get(null);
            if (ignored.equals(before)) {
                // Started in the background by a shell that shields it from the terminal's Ctrl-C: leave it so.
                handle.invoke(null, signal, ignored);
            }
        } catch (ReflectiveOperationException unsupported) {
            // With -Xrs, or without the module, the system's default holds: the signal itself ends the process.
        }
    }
}
