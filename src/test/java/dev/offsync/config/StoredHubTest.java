package dev.offsync.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.Endpoint;
import dev.offsync.model.Endpoint.Host;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredHubTest {
    @Test
    void parameters_are_kept_as_a_conninfo_string_that_says_no_more_than_it_must() {
        assertThat(stored(Map.of("sslmode", "verify-full", "connect_timeout", "3")))
                .containsEntry("remote_parameters", "connect_timeout=3 sslmode=verify-full");
        assertThat(stored(Map.of())).doesNotContainKey("remote_parameters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "it's", "back\\slash", "tab\there"})
    void a_value_that_would_read_otherwise_is_quoted_and_read_back(String value) {
        Map<String, String> stored = stored(Map.of("application_name", value));
        assertThat(stored.get("remote_parameters"))
                .startsWith("application_name='")
                .endsWith("'");
        assertThat(StoredHub.address(stored).get("application_name")).isEqualTo(value);
    }

    @Test
    void a_secret_is_not_kept() {
        assertThat(stored(Map.of("sslpassword", "secret"))).doesNotContainKey("remote_parameters");
    }

    private static Map<String, String> stored(Map<String, String> parameters) {
        return StoredHub.entries(new Endpoint(List.of(new Host("hub", 5432)), "shop", "till", "secret", parameters));
    }
}
