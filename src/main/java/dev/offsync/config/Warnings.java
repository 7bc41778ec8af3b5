package dev.offsync.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sentences that settings draw without being wrong. */
final class Warnings {
    private Warnings() {}

    static List<String> of(
            Map<String, Value> values, Endpoints endpoints, Optional<DatabaseAddress> hub, List<String> ignored) {
        var warnings = new ArrayList<>(ignored);
        for (String name : List.of("local", "remote", "pull_remote")) {
            Value value = values.get(name);
            if (value != null && DatabaseAddress.parse(value.text()).holdsSecret()) {
                warnings.add("the URL in " + value.place() + " holds a password that others may see: "
                        + "use a password file, ~/.pgpass or " + variable(name) + " instead");
            }
        }
        Value local = values.get("local");
        if (local != null) {
            add(
                    warnings,
                    endpoints.refusedPasswordFile(
                            DatabaseAddress.parse(local.text()), "local", values.get("local_password_file")));
        }
        hub.ifPresent(address ->
                add(warnings, endpoints.refusedPasswordFile(address, "remote", values.get("remote_password_file"))));
        return List.copyOf(warnings);
    }

    private static String variable(String name) {
        return name.equals("local") ? "OFFSYNC_LOCAL_PASSWORD" : "OFFSYNC_REMOTE_PASSWORD";
    }

    private static void add(List<String> warnings, Optional<String> warning) {
        warning.filter(text -> !warnings.contains(text)).ifPresent(warnings::add);
    }
}
