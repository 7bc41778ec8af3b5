package dev.offsync.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .pgpass} file: lines of {@code host:port:database:user:password}, {@code *} for any, a backslash before a
 * colon or backslash that is meant; the first line that fits counts (PostgreSQL manual, "The Password File").
 */
final class PasswordFile {
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final Path path;

    PasswordFile(Path path) {
        this.path = path;
    }

    /** Why libpq, and so offsync, would not read the file; null where it would, or where there is none. */
    @Nullable
    String refusal() {
        try {
            if (!Files.isRegularFile(path)) {
                return Files.exists(path) ? "password file " + path + " is not a plain file and was ignored" : null;
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (permissions.stream().anyMatch(OTHERS::contains)) {
                return "password file " + path + " can be read by others and was ignored: chmod 600 " + path;
            }
            return Files.isReadable(path) ? null : "password file " + path + " cannot be read and was ignored";
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    /** The password of the first line that fits. */
    Optional<String> passwordFor(String host, int port, String database, String user) {
        if (refusal() != null || !Files.isRegularFile(path)) {
            return Optional.empty();
        }
        return lines().stream()
                .filter(line -> !line.startsWith("#"))
                .map(PasswordFile::fields)
                .filter(fields -> fields.size() == 5)
                .filter(fields -> fits(fields.get(0), host)
                        && fits(fields.get(1), Integer.toString(port))
                        && fits(fields.get(2), database)
                        && fits(fields.get(3), user))
                .map(fields -> unescaped(fields.get(4)))
                .findFirst();
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(path, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean fits(String field, String wanted) {
        return field.equals("*") || unescaped(field).equals(wanted);
    }

    /** The five fields as written; colons in the last one need no backslash. */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < line.length() && fields.size() < 4; i++) {
            if (line.charAt(i) == '\\') {
                i++;
            } else if (line.charAt(i) == ':') {
                fields.add(line.substring(start, i));
                start = i + 1;
            }
        }
        fields.add(line.substring(start));
        return fields;
    }

    private static String unescaped(String field) {
        var text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 1 < field.length()) {
                i++;
            }
            text.append(field.charAt(i));
        }
        return text.toString();
    }
}
