package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The connection parameters by libpq's names (PostgreSQL manual, "Parameter Key Words"), and what offsync does with
 * each. What it cannot honour and what protects the connection is refused, never dropped.
 */
final class Keywords {
    private static final Set<String> ADDRESS = Set.of("host", "port", "dbname", "user", "password");
    private static final Set<String> SOURCES = Set.of("service", "passfile");
    private static final Set<String> PASSED_ON = Set.of(
            "sslmode",
            "sslnegotiation",
            "sslrootcert",
            "sslcert",
            "sslkey",
            "sslpassword",
            "channel_binding",
            "require_auth",
            "application_name",
            "connect_timeout",
            "target_session_attrs",
            "options");

    /** They tune what offsync does its own way; going without them changes nothing that was promised. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "client_encoding",
            "fallback_application_name",
            "gssencmode",
            "gsslib",
            "keepalives",
            "keepalives_count",
            "keepalives_idle",
            "keepalives_interval",
            "krbsrvname",
            "load_balance_hosts",
            "sslcompression",
            "sslsni",
            "tcp_user_timeout");

    /** pgjdbc's own names, for jdbc: URLs. */
    private static final Map<String, String> JDBC_NAMES = Map.of(
            "ApplicationName", "application_name",
            "channelBinding", "channel_binding",
            "requireAuth", "require_auth",
            "connectTimeout", "connect_timeout",
            "sslNegotiation", "sslnegotiation",
            "targetServerType", "target_session_attrs",
            "tcpKeepAlive", "keepalives",
            "loadBalanceHosts", "load_balance_hosts",
            "gssEncMode", "gssencmode");

    private static final Map<String, String> JDBC_TARGETS = Map.of(
            "primary", "read-write",
            "master", "read-write",
            "secondary", "standby",
            "slave", "standby",
            "preferSecondary", "prefer-standby",
            "preferSlave", "prefer-standby");

    private static final List<String> SSL_MODES =
            List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    private static final List<String> TARGETS =
            List.of("any", "read-write", "read-only", "primary", "standby", "prefer-standby");

    private Keywords() {}

    /** Checks names and values and drops those without effect; what is left keeps its order. */
    static Map<String, String> checked(Map<String, String> keywords) {
        var kept = new LinkedHashMap<String, String>();
        keywords.forEach((name, value) -> {
            if (ADDRESS.contains(name) || SOURCES.contains(name) || PASSED_ON.contains(name)) {
                kept.put(name, value);
            } else if (!WITHOUT_EFFECT.contains(name)) {
                throw refused(name);
            }
        });
        requireOneOf(kept, "sslmode", SSL_MODES);
        requireOneOf(kept, "target_session_attrs", TARGETS);
        requirePorts(kept.getOrDefault("port", ""));
        String timeout = kept.get("connect_timeout");
        if (timeout != null) {
            Values.number(timeout, 0, 86_400);
        }
        return kept;
    }

    /** The parameters in {@code keywords}, which may hold nothing that says where the database is or how to get in. */
    static Map<String, String> onlyParameters(Map<String, String> keywords) {
        Map<String, String> checked = checked(keywords);
        for (String name : checked.keySet()) {
            if (!PASSED_ON.contains(name) || isSecret(name)) {
                throw new OffsyncException(
                        Reason.CONFIG, name + " cannot be among the stored parameters", "allowed are: " + allowed());
            }
        }
        return checked;
    }

    /** Whether the value of {@code name} must never be shown or stored. */
    static boolean isSecret(String name) {
        return name.equals("password") || name.equals("sslpassword");
    }

    static boolean isParameter(String name) {
        return PASSED_ON.contains(name);
    }

    /** {@code keywords} with pgjdbc's names and values turned into libpq's. */
    static Map<String, String> fromJdbc(Map<String, String> keywords) {
        var translated = new LinkedHashMap<String, String>();
        keywords.forEach((name, value) -> {
            if (name.equals("ssl")) {
                // pgjdbc: ssl=true means verify-full, and an sslmode beside it wins.
                if (!value.equals("false")) {
                    translated.putIfAbsent("sslmode", "verify-full");
                }
            } else {
                String shown = name.equals("targetServerType") ? JDBC_TARGETS.getOrDefault(value, value) : value;
                translated.put(JDBC_NAMES.getOrDefault(name, name), shown);
            }
        });
        return translated;
    }

    private static void requireOneOf(Map<String, String> keywords, String name, List<String> allowed) {
        String value = keywords.get(name);
        if (value != null && !allowed.contains(value)) {
            throw new OffsyncException(
                    Reason.CONFIG,
                    name + " has a value that does not exist",
                    "allowed are: " + String.join(", ", allowed));
        }
    }

    /** Without quoting them: in a URL, a password that lacks its encoding can end up where a port should be. */
    private static void requirePorts(String ports) {
        for (String port : ports.split(",", -1)) {
            String text = port.strip();
            int number = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
            if (!text.isEmpty() && (number < 1 || number > 65_535)) {
                throw new OffsyncException(
                        Reason.CONFIG, "a port is not a number from 1 to 65535", DatabaseAddress.FORMS);
            }
        }
    }

    private static OffsyncException refused(String name) {
        // Part of a password with ? or & in it may have been taken for a name: show only what looks like one.
        String shown = name.matches("[a-zA-Z_]{2,32}") ? "\"" + name + "\"" : "of that name";
        return new OffsyncException(
                Reason.CONFIG, "offsync knows no connection parameter " + shown, "allowed are: " + allowed());
    }

    private static String allowed() {
        return String.join(", ", new TreeSet<>(PASSED_ON));
    }
}
