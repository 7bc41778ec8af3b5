package dev.offsync.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and how to get in. {@code parameters} are libpq's names (sslmode, sslrootcert, application_name …)
 * without host, port, dbname, user and password. Several hosts are tried in order.
 */
public record Endpoint(
        List<Host> hosts,
        String database,
        String user,
        @Nullable String password,
        Map<String, String> parameters) {
    public record Host(String name, int port) {
        @Override
        public String toString() {
            return name.contains(":") ? "[" + name + "]:" + port : name + ":" + port;
        }
    }

    public Endpoint {
        hosts = List.copyOf(hosts);
        parameters = Map.copyOf(parameters);
    }

    /** The hosts as a message names them: {@code host:port}, several separated by commas. */
    public String address() {
        return String.join(",", hosts.stream().map(Host::toString).toList());
    }

    /** Everything but the password, fit for messages and logs. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + address() + "/" + database + " " + new TreeMap<>(parameters);
    }
}
