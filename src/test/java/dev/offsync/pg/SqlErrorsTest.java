package dev.offsync.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import dev.offsync.model.Endpoint.Host;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlErrorsTest {
    private static final Endpoint HUB = Endpoints.at(new Host("hub", 5432), Map.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08006", "08001", "40001", "40P01", "57P01", "57P02", "57P03", "53300", "53100", "55P03", "25P03",
                "25P04", "57014", "58030"
            })
    void what_may_pass_by_itself_is_transient_and_no_fault_of_the_data(String state) {
        assertThat(SqlErrors.isTransient(error(state))).isTrue();
        assertThat(SqlErrors.isDataError(error(state))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22003", "23505", "23514", "42501", "P0001", "44000", "42804", "428C9", "54000"})
    void what_was_rejected_is_a_fault_of_the_data(String state) {
        assertThat(SqlErrors.isDataError(error(state))).isTrue();
        assertThat(SqlErrors.isTransient(error(state))).isFalse();
    }

    @Test
    void an_error_without_a_state_is_neither() {
        assertThat(SqlErrors.isDataError(new SQLException("x"))).isFalse();
        assertThat(SqlErrors.isTransient(new SQLException("x"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "08006,HUB,OFFLINE",
        "57P01,HUB,OFFLINE",
        "08006,LOCAL,LOCAL_UNREACHABLE",
        "57P03,LOCAL,LOCAL_UNREACHABLE",
        "42501,HUB,PERMISSION",
        "42501,LOCAL,PERMISSION",
        "40P01,HUB,INTERNAL",
        "42P01,HUB,INTERNAL"
    })
    void an_error_of_an_open_connection_gets_its_reason(String state, Side side, Reason reason) {
        OffsyncException translated = SqlErrors.translate(error(state), side, HUB);
        assertThat(translated.reason()).isEqualTo(reason);
        assertThat(translated).hasMessageContaining(side.toString()).hasMessageNotContaining("hidden");
    }

    private static SQLException error(String state) {
        return new SQLException("what the server said", state);
    }
}
