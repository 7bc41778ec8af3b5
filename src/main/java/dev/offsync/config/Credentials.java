package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The places a password may come from, apart from the address itself, in the order in which they are asked. */
final class Credentials {
    static final String HINT_REMOTE = "give it in OFFSYNC_REMOTE_PASSWORD, in a file named by --remote-password-file,"
            + " in ~/.pgpass, or as the systemd credential remote-password";

    private final Map<String, String> environment;
    private final Path home;

    Credentials(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /**
     * The password of {@code side} ("local" or "remote") that was given on purpose, by the precedence of all settings: on
     * the command line (a named file, or in the URL typed there), in the environment (a named file, the variable, the
     * systemd credential), in a file that the config file names.
     *
     * @param typed the password in a URL that was given as an option
     * @throws OffsyncException reason CONFIG, where a named file cannot be read
     */
    Optional<String> explicit(String side, @Nullable Value file, @Nullable String typed) {
        return namedBy(Origin.OPTION, file)
                .or(() -> Optional.ofNullable(typed))
                .or(() -> namedBy(Origin.ENVIRONMENT, file))
                .or(() -> variable("OFFSYNC_" + side.toUpperCase(Locale.ROOT) + "_PASSWORD"))
                .or(() -> variable("CREDENTIALS_DIRECTORY")
                        .map(directory -> Path.of(directory, side + "-password"))
                        .filter(Files::exists)
                        .map(path -> firstLine(path, "CREDENTIALS_DIRECTORY")))
                .or(() -> namedBy(Origin.FILE, file));
    }

    private static Optional<String> namedBy(Origin origin, @Nullable Value file) {
        return file != null && file.origin() == origin
                ? Optional.of(firstLine(Path.of(file.text()), file.place()))
                : Optional.empty();
    }

    /** The .pgpass file that counts: the one the address names, else PGPASSFILE, else the one at home. */
    PasswordFile passwordFile(@Nullable String named) {
        return new PasswordFile(Optional.ofNullable(named)
                .or(() -> variable("PGPASSFILE"))
                .map(Path::of)
                .orElseGet(() -> home.resolve(".pgpass")));
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Editors end a file with a newline; it is no part of the password. */
    private static String firstLine(Path path, String place) {
        try (var lines = Files.lines(path)) {
            return lines.findFirst().orElse("");
        } catch (IOException | UncheckedIOException e) {
            throw new OffsyncException(
                    Reason.CONFIG,
                    "cannot read the password file " + path + " (" + place + ")",
                    "check that the file exists and that this user may read it",
                    e);
        }
    }
}
