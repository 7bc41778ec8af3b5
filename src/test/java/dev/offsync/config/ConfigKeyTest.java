package dev.offsync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConfigKeyTest {
    @ParameterizedTest
    @CsvSource({
        "sync_interval,300",
        "max_retry_count,3",
        "conflict_resolution,lww",
        "batch_size,10000",
        "connect_timeout,5",
        "network_timeout,30",
        "retention,7d",
        "conflict_retention,90d",
        "max_delete,50%",
        "max_clock_skew,60s"
    })
    void the_contracts_defaults_hold(String key, String value) {
        assertThat(ConfigKey.of(key).defaultValue()).isEqualTo(value);
    }

    @ParameterizedTest
    @EnumSource
    void every_default_is_allowed(ConfigKey key) {
        if (key.defaultValue() != null) {
            assertThatCode(() -> key.validate(key.defaultValue())).doesNotThrowAnyException();
        }
        assertThat(key.description()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "sync_interval,0s,at least 1s",
        "sync_interval,soon,90s",
        "max_retry_count,0,from 1",
        "conflict_resolution,custom,'lww, version, local_wins, remote_wins, merge, manual'",
        "remote_port,70000,65535",
        "remote_host,'a,,b',commas",
        "batch_size,many,whole number",
        "max_delete,120%,100%",
        "remote_parameters,password=x,sslmode",
        "remote_parameters,host=x,sslmode",
        "pull_remote,mysql://h/x,postgresql://",
        "pull_remote,postgresql://u:hidden@h/x,--remote-password-file",
        "pull_remote,host=h sslpassword=hidden,--remote-password-file",
        "metrics_file,' ',unset",
        "metrics_file,offsync.prom,begins with /"
    })
    void a_bad_value_is_answered_with_what_is_allowed(String key, String value, String hint) {
        var refusal = catchThrowableOfType(
                OffsyncException.class, () -> ConfigKey.of(key).validate(value));
        assertThat(refusal.reason()).isEqualTo(Reason.CONFIG);
        assertThat(refusal).hasMessageStartingWith(key + ": ");
        assertThat(refusal.hint()).contains(hint);
    }

    @Test
    void an_unknown_key_is_answered_with_the_keys_there_are() {
        var refusal = catchThrowableOfType(OffsyncException.class, () -> ConfigKey.of("batchsize"));
        assertThat(refusal.hint()).contains("batch_size", "max_delete", "metrics_file");
    }

    @Test
    void a_password_is_answered_with_the_way_to_give_one() {
        var refusal = catchThrowableOfType(OffsyncException.class, () -> ConfigKey.of("remote_password"));
        assertThat(refusal.reason()).isEqualTo(Reason.CONFIG);
        assertThat(refusal.hint()).contains("OFFSYNC_REMOTE_PASSWORD", "--remote-password-file", ".pgpass");
    }

    @Test
    void a_replicas_url_may_hold_no_password() {
        var refusal = catchThrowableOfType(
                OffsyncException.class,
                () -> ConfigKey.PULL_REMOTE.validate("postgresql://u:hidden@replica/shop?sslmode=require"));
        assertThat(refusal.hint()).contains("OFFSYNC_REMOTE_PASSWORD");
        assertThat(refusal.getMessage()).doesNotContain("hidden");
    }
}
