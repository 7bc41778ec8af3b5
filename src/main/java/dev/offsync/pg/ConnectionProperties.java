package dev.offsync.pg;

import dev.offsync.model.Endpoint;
import dev.offsync.model.Endpoint.Host;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/** An endpoint in the driver's words. */
final class ConnectionProperties {
    private static final Map<String, PGProperty> SAME_MEANING = Map.of(
            "sslmode", PGProperty.SSL_MODE,
            "sslnegotiation", PGProperty.SSL_NEGOTIATION,
            "sslrootcert", PGProperty.SSL_ROOT_CERT,
            "sslcert", PGProperty.SSL_CERT,
            "sslkey", PGProperty.SSL_KEY,
            "sslpassword", PGProperty.SSL_PASSWORD,
            "channel_binding", PGProperty.CHANNEL_BINDING,
            "require_auth", PGProperty.REQUIRE_AUTH,
            "options", PGProperty.OPTIONS);

    private static final Map<String, String> TARGETS = Map.of(
            "any", "any",
            "read-write", "primary",
            "primary", "primary",
            "read-only", "secondary",
            "standby", "secondary",
            "prefer-standby", "any");

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

    private final Endpoint endpoint;
    private final Side side;
    private final Duration networkTimeout;
    private final String applicationName;

    ConnectionProperties(Endpoint endpoint, Side side, Duration networkTimeout, String applicationName) {
        this.endpoint = endpoint;
        this.side = side;
        this.networkTimeout = networkTimeout;
        this.applicationName = applicationName;
    }

    Properties forHost(Host host, Duration connectTimeout) {
        var properties = new Properties();
        PGProperty.PG_HOST.set(properties, host.name().contains(":") ? "[" + host.name() + "]" : host.name());
        PGProperty.PG_PORT.set(properties, host.port());
        PGProperty.PG_DBNAME.set(properties, endpoint.database());
        PGProperty.USER.set(properties, endpoint.user());
        String password = endpoint.password();
        // Without a password the driver would read .pgpass by itself, and read one that others can read, too.
        PGProperty.PASSWORD.set(properties, password == null ? "" : password);
        SAME_MEANING.forEach((name, property) -> {
            String value = parameter(name);
            if (value != null) {
                property.set(properties, value);
            }
        });
        tls(properties, host);
        session(properties);
        timeouts(properties, timeout(connectTimeout));
        return properties;
    }

    /** The time one host has; libpq's 0 (wait for ever) is not offered to a command that runs from cron. */
    Duration timeout(Duration connectTimeout) {
        String own = parameter("connect_timeout");
        return own == null || own.equals("0") ? connectTimeout : Duration.ofSeconds(Long.parseLong(own));
    }

    private void tls(Properties properties, Host host) {
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        if ("system".equals(parameter("sslrootcert"))) {
            properties.remove(PGProperty.SSL_ROOT_CERT.getName());
            PGProperty.SSL_FACTORY.set(properties, "org.postgresql.ssl.DefaultJavaSSLFactory");
            PGProperty.SSL_MODE.set(properties, "verify-full");
        }
        if (parameter("sslmode") == null && side == Side.LOCAL && LOOPBACK.contains(host.name())) {
            // A handshake with oneself costs more than most commands; a server that insists on it still gets it.
            PGProperty.SSL_MODE.set(properties, "allow");
        }
    }

    private void session(Properties properties) {
        // The name goes out with the login, and no SET follows it.
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, Integer.toString(Connector.OLDEST_SERVER));
        String name = parameter("application_name");
        PGProperty.APPLICATION_NAME.set(properties, name == null ? applicationName : name);
        PGProperty.TARGET_SERVER_TYPE.set(properties, targetServer());
        // A hub that went down a minute ago may be up again: each run asks the hosts anew.
        PGProperty.HOST_RECHECK_SECONDS.set(properties, 0);
        if (side == Side.HUB) {
            // Behind PgBouncer in transaction mode a named statement is in another session than its next use.
            PGProperty.PREPARE_THRESHOLD.set(properties, 0);
            PGProperty.SOCKET_FACTORY.set(properties, WatchedSocketFactory.class.getName());
            PGProperty.SOCKET_FACTORY_ARG.set(properties, Long.toString(networkTimeout.toMillis()));
        }
    }

    /** Of several hosts the one that can be written to is meant, unless the operator said otherwise. */
    private @Nullable String targetServer() {
        String wanted = parameter("target_session_attrs");
        if (wanted != null) {
            return TARGETS.getOrDefault(wanted, "any");
        }
        return endpoint.hosts().size() > 1 ? "primary" : "any";
    }

    /** One bound over all: the name's look-up, the connection and a server that accepts it and says nothing. */
    private static void timeouts(Properties properties, Duration timeout) {
        int seconds = (int) Math.min(86_400, Math.max(1, timeout.plusMillis(999).toSeconds()));
        PGProperty.LOGIN_TIMEOUT.set(properties, Double.toString(timeout.toMillis() / 1000.0));
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds);
        PGProperty.SSL_RESPONSE_TIMEOUT.set(properties, seconds * 1000);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    }

    private @Nullable String parameter(String name) {
        return endpoint.parameters().get(name);
    }
}
