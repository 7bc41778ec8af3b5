package dev.offsync.bench;

import dev.offsync.testing.ServerAddress;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Whole processes that have nothing to do. */
record StartUp() implements Workload {
    static final List<String> COMMANDS = List.of("status", "push", "pull");
    private static final int TIMES = 7;
    static final String BARE = "start of a bare JVM with picocli, driver and Logback";

    @Override
    public String name() {
        return "startup";
    }

    @Override
    public int rounds(int rounds) {
        return 1;
    }

    static String jar(String command) {
        return "idle " + command + " from the jar";
    }

    static String launcher(String command) {
        return "idle " + command + " by the launcher";
    }

    @Override
    public void round(Bench bench) throws SQLException {
        var transfer = new Transfer(name(), 0, Content.inserts(), List.of(), List.of());
        try (var device = transfer.device(bench);
                var hub = transfer.hub(bench)) {
            transfer.join(bench, "first", device, hub);
            for (int time = 1; time <= TIMES; time++) {
                measure(bench, device.address(), hub.address());
            }
        }
    }

    private static void measure(Bench bench, ServerAddress device, ServerAddress hub) {
        bench.results().add(BARE, bare(device));
        for (String command : COMMANDS) {
            bench.results()
                    .add(
                            jar(command),
                            bench.program().runJar(device, hub, command).seconds());
            bench.results()
                    .add(
                            launcher(command),
                            bench.program().run(device, hub, command).seconds());
        }
    }

    private static double bare(ServerAddress address) {
        return Program.require(Program.time(
                        List.of(
                                Program.java(),
                                "-cp",
                                Program.JAR + ":" + classes(),
                                BareJvm.class.getName(),
                                "--port=" + address.port(),
                                "--database=" + address.database(),
                                "--user=" + address.user(),
                                "--password=" + address.password()),
                        Map.of()))
                .seconds();
    }

    private static Path classes() {
        try {
            return Path.of(BareJvm.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
