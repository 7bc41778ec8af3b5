package dev.offsync.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerAddressTest {
    @Test
    void a_url_is_read_and_written_with_its_login_encoded() {
        String url = "postgresql://edge%20user:p%40ss%2B%3A1@db.example:5433/shop";
        var address = ServerAddress.parse(url);
        assertThat(address).isEqualTo(new ServerAddress("db.example", 5433, "shop", "edge user", "p@ss+:1"));
        assertThat(address.url()).isEqualTo(url);
    }

    @Test
    void a_url_without_port_means_5432() {
        assertThat(ServerAddress.parse("postgresql://u:p@h/d").port()).isEqualTo(5432);
    }
}
