package dev.offsync.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Loads the classes that every run needs on another core, while this one reads the command line; without an archive of
 * classes that takes a sixth off a short run. {@code early.classes} names them in the order of their use; a test writes it.
 */
final class HeadStart {
    private HeadStart() {}

    /** Not where the order of use is being recorded. */
    static void begin() {
        if (Boolean.getBoolean("offsync.no-head-start")) {
            return;
        }
        var thread = new Thread(HeadStart::load, "head start");
        thread.setDaemon(true);
        thread.start();
    }

    private static void load() {
        InputStream list = HeadStart.class.getResourceAsStream("early.classes");
        if (list == null) {
            return;
        }
        try (var names = new BufferedReader(new InputStreamReader(list, StandardCharsets.US_ASCII))) {
            names.lines().forEach(HeadStart::load);
        } catch (IOException | UncheckedIOException e) {
            // The jar is being replaced: the run itself will tell.
            return;
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, HeadStart.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // Another JVM may have no such class, and needs none.
            return;
        }
    }
}
