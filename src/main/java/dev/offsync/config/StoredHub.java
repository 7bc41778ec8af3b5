package dev.offsync.config;

import dev.offsync.model.Endpoint;
import dev.offsync.model.Endpoint.Host;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The hub's address as {@code sync_config} keeps it, so that later commands need no --remote. */
public final class StoredHub {
    private static final Map<String, String> KEYWORDS = Map.of(
            ConfigKey.REMOTE_HOST.key(), "host",
            ConfigKey.REMOTE_PORT.key(), "port",
            ConfigKey.REMOTE_DATABASE.key(), "dbname",
            ConfigKey.REMOTE_USER.key(), "user");

    private StoredHub() {}

    /** What to write to {@code sync_config}, by key: everything but secrets. */
    public static Map<String, String> entries(Endpoint hub) {
        var entries = new LinkedHashMap<String, String>();
        entries.put(ConfigKey.REMOTE_HOST.key(), joined(hub, Host::name));
        boolean onePort = hub.hosts().stream().mapToInt(Host::port).distinct().count() == 1;
        entries.put(
                ConfigKey.REMOTE_PORT.key(),
                onePort
                        ? Integer.toString(hub.hosts().get(0).port())
                        : joined(hub, host -> Integer.toString(host.port())));
        entries.put(ConfigKey.REMOTE_DATABASE.key(), hub.database());
        entries.put(ConfigKey.REMOTE_USER.key(), hub.user());
        String parameters = new TreeMap<>(hub.parameters())
                .entrySet().stream()
                        .filter(entry -> !Keywords.isSecret(entry.getKey()))
                        .map(entry -> entry.getKey() + "=" + quoted(entry.getValue()))
                        .collect(Collectors.joining(" "));
        if (!parameters.isEmpty()) {
            entries.put(ConfigKey.REMOTE_PARAMETERS.key(), parameters);
        }
        return entries;
    }

    /** The address that {@code values} (by key) name. */
    static DatabaseAddress address(Map<String, String> values) {
        var keywords = new LinkedHashMap<String, String>();
        String parameters = values.get(ConfigKey.REMOTE_PARAMETERS.key());
        if (parameters != null) {
            keywords.putAll(Keywords.onlyParameters(ConninfoParser.parse(parameters)));
        }
        KEYWORDS.forEach((key, keyword) -> {
            String value = values.get(key);
            if (value != null) {
                keywords.put(keyword, value);
            }
        });
        return new DatabaseAddress(keywords);
    }

    private static String joined(Endpoint hub, Function<Host, String> part) {
        return hub.hosts().stream().map(part).collect(Collectors.joining(","));
    }

    private static String quoted(String value) {
        boolean plain = !value.isEmpty() && value.chars().noneMatch(c -> c == '\'' || c == '\\' || c <= ' ');
        return plain ? value : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
