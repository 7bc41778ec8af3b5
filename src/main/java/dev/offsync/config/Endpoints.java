package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import dev.offsync.model.Endpoint.Host;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes an address whole: service file, PG variables (local only), defaults, password. */
final class Endpoints {
    private static final String DEFAULT_PORT = "5432";

    /** Variable and keyword, for the local database alone: the hub's address never depends on a user's shell. */
    private static final Map<String, String> LOCAL_VARIABLES = Map.ofEntries(
            Map.entry("PGHOST", "host"),
            Map.entry("PGPORT", "port"),
            Map.entry("PGDATABASE", "dbname"),
            Map.entry("PGUSER", "user"),
            Map.entry("PGSSLMODE", "sslmode"),
            Map.entry("PGSSLNEGOTIATION", "sslnegotiation"),
            Map.entry("PGSSLROOTCERT", "sslrootcert"),
            Map.entry("PGSSLCERT", "sslcert"),
            Map.entry("PGSSLKEY", "sslkey"),
            Map.entry("PGCHANNELBINDING", "channel_binding"),
            Map.entry("PGREQUIREAUTH", "require_auth"),
            Map.entry("PGAPPNAME", "application_name"),
            Map.entry("PGCONNECT_TIMEOUT", "connect_timeout"),
            Map.entry("PGTARGETSESSIONATTRS", "target_session_attrs"),
            Map.entry("PGOPTIONS", "options"));

    private final Credentials credentials;
    private final ServiceFile services;

    Endpoints(Map<String, String> environment, Path home) {
        this.credentials = new Credentials(environment, home);
        this.services = new ServiceFile(environment, home);
    }

    /** @param typed the password in a URL that was given as an option, which beats those given otherwise */
    Endpoint local(DatabaseAddress address, @Nullable Value passwordFile, @Nullable String typed) {
        DatabaseAddress named = address.get("service") != null
                ? address
                : address.filledFrom(keyword("service", credentials.variable("PGSERVICE")));
        DatabaseAddress filled =
                withService(named).filledFrom(localVariables()).filledFrom(Map.of("host", "localhost"));
        Optional<String> password = credentials
                .explicit("local", passwordFile, typed)
                .or(() -> Optional.ofNullable(filled.password()))
                .or(() -> credentials.variable("PGPASSWORD"));
        return endpoint(filled, password);
    }

    /** @param typed the password in a URL that was given as an option, which beats those given otherwise */
    Endpoint hub(DatabaseAddress address, @Nullable Value passwordFile, @Nullable String typed) {
        DatabaseAddress filled = withService(address);
        if (filled.get("host") == null) {
            throw new OffsyncException(Reason.CONFIG, "the hub's address names no host", DatabaseAddress.FORMS);
        }
        Optional<String> password =
                credentials.explicit("remote", passwordFile, typed).or(() -> Optional.ofNullable(filled.password()));
        return endpoint(filled, password);
    }

    /** The replica at {@code address}; it has the hub's roles, databases and rules for TLS. */
    Endpoint replica(DatabaseAddress address, Endpoint hub, @Nullable Value passwordFile) {
        var inherited = new LinkedHashMap<>(hub.parameters());
        inherited.put("target_session_attrs", "any");
        inherited.put("user", hub.user());
        inherited.put("dbname", hub.database());
        Endpoint replica = hub(withService(address).filledFrom(inherited), passwordFile, null);
        String password = replica.password() != null ? replica.password() : hub.password();
        return new Endpoint(replica.hosts(), replica.database(), replica.user(), password, replica.parameters());
    }

    /** A warning where a .pgpass that would be asked for {@code address} may not be read; never a password. */
    Optional<String> refusedPasswordFile(DatabaseAddress address, String side, @Nullable Value passwordFile) {
        if (passwordFile != null || address.password() != null) {
            return Optional.empty();
        }
        return credentials.explicit(side, null, null).isPresent()
                ? Optional.empty()
                : Optional.ofNullable(
                        credentials.passwordFile(address.get("passfile")).refusal());
    }

    private DatabaseAddress withService(DatabaseAddress address) {
        String service = address.get("service");
        return service == null ? address : address.filledFrom(services.parametersOf(service));
    }

    private Map<String, String> localVariables() {
        var found = new LinkedHashMap<String, String>();
        LOCAL_VARIABLES.forEach((variable, keyword) -> found.putAll(keyword(keyword, credentials.variable(variable))));
        return Keywords.checked(found);
    }

    private static Map<String, String> keyword(String name, Optional<String> value) {
        return value.map(text -> Map.of(name, text)).orElse(Map.of());
    }

    private Endpoint endpoint(DatabaseAddress address, Optional<String> given) {
        List<Host> hosts = hosts(address);
        String user = Optional.ofNullable(address.get("user")).orElseGet(() -> System.getProperty("user.name"));
        String database = Optional.ofNullable(address.get("dbname")).orElse(user);
        PasswordFile file = credentials.passwordFile(address.get("passfile"));
        String password = given.or(() -> hosts.stream()
                        .flatMap(host -> file.passwordFor(host.name(), host.port(), database, user).stream())
                        .findFirst())
                .orElse(null);
        var parameters = new LinkedHashMap<>(address.keywords());
        parameters.keySet().removeIf(name -> !Keywords.isParameter(name));
        return new Endpoint(hosts, database, user, password, parameters);
    }

    private static List<Host> hosts(DatabaseAddress address) {
        String[] names = address.keywords().getOrDefault("host", "").split(",", -1);
        String[] ports = address.keywords().getOrDefault("port", DEFAULT_PORT).split(",", -1);
        if (ports.length != 1 && ports.length != names.length) {
            throw new OffsyncException(
                    Reason.CONFIG,
                    names.length + " hosts but " + ports.length + " ports are named",
                    "name one port for all hosts, or one for each");
        }
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            String port = (ports.length == 1 ? ports[0] : ports[i]).strip();
            hosts.add(new Host(host(names[i].strip()), Integer.parseInt(port.isEmpty() ? DEFAULT_PORT : port)));
        }
        return hosts;
    }

    private static String host(String name) {
        if (name.startsWith("/") || name.startsWith("@")) {
            throw new OffsyncException(
                    Reason.CONFIG,
                    "offsync cannot connect through a Unix socket",
                    "name a host that listens on TCP, as in host=localhost");
        }
        return name.isEmpty() ? "localhost" : name;
    }
}
