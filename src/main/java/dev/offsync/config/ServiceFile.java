package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code pg_service.conf}: connection parameters under a name (PostgreSQL manual, "The Connection Service File"). */
final class ServiceFile {
    private final Map<String, String> environment;
    private final Path home;

    ServiceFile(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /**
     * The parameters of {@code service}, from the user's file or else the system's.
     *
     * @throws OffsyncException reason CONFIG, where no file has it
     */
    Map<String, String> parametersOf(String service) {
        List<Path> files = candidates();
        for (Path file : files) {
            Optional<Map<String, String>> section = section(file, service);
            if (section.isPresent()) {
                return Keywords.checked(section.get());
            }
        }
        throw new OffsyncException(
                Reason.CONFIG,
                "the connection service \"" + service + "\" is not defined",
                "define it as [" + service + "] in one of: "
                        + String.join(", ", files.stream().map(Path::toString).toList()));
    }

    private List<Path> candidates() {
        String named = environment.get("PGSERVICEFILE");
        Path user = named == null || named.isEmpty() ? home.resolve(".pg_service.conf") : Path.of(named);
        String directory = environment.get("PGSYSCONFDIR");
        return Stream.of(
                        Optional.of(user),
                        Optional.ofNullable(directory).map(Path::of),
                        Optional.of(Path.of("/etc/postgresql-common")))
                .flatMap(Optional::stream)
                .map(path -> path.equals(user) ? path : path.resolve("pg_service.conf"))
                .distinct()
                .toList();
    }

    private static Optional<Map<String, String>> section(Path file, String service) {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        var found = new LinkedHashMap<String, String>();
        boolean inside = false;
        boolean seen = false;
        for (String raw : lines(file)) {
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[")) {
                // As in libpq, a section that comes twice counts where it comes first.
                inside = !seen && line.equals("[" + service + "]");
                seen |= inside;
            } else if (inside) {
                int equals = line.indexOf('=');
                if (equals <= 0) {
                    throw new OffsyncException(
                            Reason.CONFIG,
                            file + ": a line of service \"" + service + "\" is not of the form name=value",
                            null);
                }
                found.putIfAbsent(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        }
        return seen ? Optional.of(found) : Optional.empty();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new OffsyncException(Reason.CONFIG, "cannot read the service file " + file, null, e);
        }
    }
}
