package dev.offsync.app;

import dev.offsync.cli.Program;
import dev.offsync.cli.Verbs;
import dev.offsync.ui.Console;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The executable's entry point and its only exit. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        HeadStart.begin();
        // Words and numbers look the same everywhere; and the driver's calendars need not load a country's.
        Locale.setDefault(Locale.ROOT);
        Map<String, String> environment = System.getenv();
        Path home = home(environment);
        // The driver looks for certificates in ~/.postgresql, and means the home directory that the JVM knows.
        System.setProperty("user.home", home.toString());
        var program = new Program(Console.ofProcess(environment), home, version(), new Verbs());
        Signals.onEnd(exitCode -> {
            program.interrupt(exitCode);
            System.exit(exitCode);
        });
        System.exit(program.run(args));
    }

    /** As libpq and the shell see it; the JVM's own idea comes from the password database alone. */
    private static Path home(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        return Path.of(home.isEmpty() ? System.getProperty("user.home") : home);
    }

    /** From the jar's manifest; classes run without a jar have none. */
    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
