package dev.offsync.pg;

import dev.offsync.model.Endpoint;
import dev.offsync.model.Endpoint.Host;
import dev.offsync.testing.ServerAddress;
import java.util.List;
import java.util.Map;

/** Endpoints of test servers. */
final class Endpoints {
    private Endpoints() {}

    static Endpoint of(ServerAddress address) {
        return new Endpoint(
                List.of(new Host(address.host(), address.port())),
                address.database(),
                address.user(),
                address.password(),
                Map.of());
    }

    static Endpoint at(Host host, Map<String, String> parameters) {
        return new Endpoint(List.of(host), "shop", "till", "hidden", parameters);
    }

    static Endpoint withHosts(Endpoint endpoint, List<Host> hosts) {
        return new Endpoint(hosts, endpoint.database(), endpoint.user(), endpoint.password(), endpoint.parameters());
    }
}
