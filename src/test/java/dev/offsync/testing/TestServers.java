package dev.offsync.testing;

import java.util.EnumMap;
import java.util.Map;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The two servers that all tests of this JVM share, each started when first asked for. Where they come from:
 *
 * <ul>
 *   <li>the environment's OFFSYNC_TEST_LOCAL_URL and OFFSYNC_TEST_HUB_URL, URLs of superusers on given servers;
 *   <li>{@code -Dpg=testcontainers}: containers of the image postgres:18;
 *   <li>otherwise {@link EmbeddedServer}s, which need nothing installed.
 * </ul>
 */
public final class TestServers {
    /** These servers never have to survive a crash. */
    private static final Map<String, String> FAST =
            Map.of("fsync", "off", "full_page_writes", "off", "max_wal_size", "256MB");

    private enum Side {
        DEVICE("OFFSYNC_TEST_LOCAL_URL"),
        HUB("OFFSYNC_TEST_HUB_URL");

        final String variable;

        Side(String variable) {
            this.variable = variable;
        }
    }

    private static final Map<Side, ServerAddress> RUNNING = new EnumMap<>(Side.class);

    private TestServers() {}

    /** The server that devices' databases are made on. */
    public static ServerAddress device() {
        return of(Side.DEVICE);
    }

    /** The server that hub databases are made on. */
    public static ServerAddress hub() {
        return of(Side.HUB);
    }

    private static synchronized ServerAddress of(Side side) {
        return RUNNING.computeIfAbsent(side, TestServers::start);
    }

    private static ServerAddress start(Side side) {
        String given = System.getenv(side.variable);
        if (given != null) {
            return ServerAddress.parse(given);
        }
        String source = System.getProperty("pg", "embedded");
        return switch (source) {
            case "embedded" -> EmbeddedServer.inMemory(FAST).address();
            case "testcontainers" -> container();
            default -> throw new IllegalArgumentException("-Dpg=" + source + ": embedded or testcontainers");
        };
    }

    /** Testcontainers itself removes the container at the end of the JVM. */
    private static ServerAddress container() {
        @SuppressWarnings("resource")
        var container = new PostgreSQLContainer(DockerImageName.parse("postgres:18"));
        container.setCommand(
                "postgres",
                "-c",
                "fsync=off",
                "-c",
                "full_page_writes=off",
                "-c",
                "max_connections=200",
                "-c",
                "max_prepared_transactions=20",
                "-c",
                "wal_level=replica");
        container.start();
        return new ServerAddress(
                container.getHost(),
                container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                container.getDatabaseName(),
                container.getUsername(),
                container.getPassword());
    }
}
