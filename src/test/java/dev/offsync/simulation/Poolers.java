package dev.offsync.simulation;

import dev.offsync.testing.PgBouncer;
import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.TestServers;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * The way to the servers. Where PgBouncer is installed it keeps sessions for the next run, which spares the server most of
 * what a run costs: a new backend that compiles every function and reads the catalog anew.
 */
record Poolers(Optional<PgBouncer> device, Optional<PgBouncer> hub) implements AutoCloseable {
    static Poolers start() throws IOException {
        return start(Map.of());
    }

    /** @param others passwords by the roles that come beside the superusers */
    static Poolers start(Map<String, String> others) throws IOException {
        return PgBouncer.isInstalled()
                ? new Poolers(
                        Optional.of(PgBouncer.keepingWarm(TestServers.device(), others)),
                        Optional.of(PgBouncer.keepingWarm(TestServers.hub(), others)))
                : none();
    }

    static Poolers none() {
        return new Poolers(Optional.empty(), Optional.empty());
    }

    ServerAddress toDevice(ServerAddress address) {
        return device.map(pooler -> pooler.to(address)).orElse(address);
    }

    ServerAddress toHub(ServerAddress address) {
        return hub.map(pooler -> pooler.to(address)).orElse(address);
    }

    @Override
    public void close() throws IOException {
        if (device.isPresent()) {
            device.get().close();
        }
        if (hub.isPresent()) {
            hub.get().close();
        }
    }
}
