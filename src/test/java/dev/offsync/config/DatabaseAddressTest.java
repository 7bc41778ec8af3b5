package dev.offsync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {
    @Test
    void a_url_names_everything() {
        assertThat(keywords("postgresql://till:s3cret@hub.example:6543/shop?sslmode=verify-full&connect_timeout=3"))
                .isEqualTo(Map.of(
                        "host", "hub.example",
                        "port", "6543",
                        "dbname", "shop",
                        "user", "till",
                        "password", "s3cret",
                        "sslmode", "verify-full",
                        "connect_timeout", "3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://hub/shop",
                "postgres://hub/shop",
                "POSTGRES://hub/shop",
                "jdbc:postgresql://hub/shop",
                " host=hub dbname=shop ",
                "postgresql://?host=hub&dbname=shop",
                "postgresql:///shop?host=hub"
            })
    void every_form_names_the_same_database(String text) {
        assertThat(keywords(text)).isEqualTo(Map.of("host", "hub", "dbname", "shop"));
    }

    @Test
    void what_a_url_leaves_out_is_not_there() {
        assertThat(keywords("postgresql://")).isEmpty();
        assertThat(keywords("postgresql://hub")).isEqualTo(Map.of("host", "hub"));
        assertThat(keywords("postgresql:///shop")).isEqualTo(Map.of("dbname", "shop"));
        assertThat(keywords("jdbc:postgresql:shop")).isEqualTo(Map.of("dbname", "shop"));
    }

    @Test
    void several_hosts_keep_their_ports() {
        assertThat(keywords("postgresql://a:1,b,[2001:db8::1]:3/x"))
                .containsEntry("host", "a,b,2001:db8::1")
                .containsEntry("port", "1,,3");
    }

    @Test
    void an_ipv6_address_stands_in_brackets() {
        assertThat(keywords("postgresql://u@[::1]/x"))
                .containsEntry("host", "::1")
                .doesNotContainKey("port");
        assertThat(keywords("jdbc:postgresql://[::1]:5433/x")).containsEntry("port", "5433");
    }

    @Test
    void percent_encoding_is_undone_in_every_part() {
        assertThat(keywords("postgresql://till%40shop:p%2Fa%3As%25+s@h/gro%C3%9F?application_name=a%26b+c"))
                .containsEntry("user", "till@shop")
                .containsEntry("password", "p/a:s%+s")
                .containsEntry("dbname", "groß")
                .containsEntry("application_name", "a&b+c");
    }

    @Test
    void jdbc_parameters_are_translated() {
        assertThat(
                        keywords(
                                "jdbc:postgresql://h/x?user=u&password=a+b%2B&ssl=true&ApplicationName=n&targetServerType=primary"))
                .isEqualTo(Map.of(
                        "host", "h",
                        "dbname", "x",
                        "user", "u",
                        "password", "a b+",
                        "sslmode", "verify-full",
                        "application_name", "n",
                        "target_session_attrs", "read-write"));
    }

    @Test
    void a_password_with_an_at_sign_ends_at_the_last_one() {
        assertThat(keywords("postgresql://u:p@ss@h/x"))
                .containsEntry("password", "p@ss")
                .containsEntry("host", "h");
    }

    @Test
    void parameters_that_offsync_tunes_itself_have_no_effect() {
        assertThat(keywords("postgresql://h/x?keepalives_idle=10&gssencmode=disable"))
                .isEqualTo(Map.of("host", "h", "dbname", "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://root:hidden@h/x",
                "http://h",
                "shop:hidden",
                "",
                "postgresql://u:hid%zzden@h/x",
                "postgresql://u:hidden%2",
                "postgresql://u:hidden/slash@h/x",
                "postgresql://u:hidden@[::1/x",
                "postgresql://u:hidden@[::1]x/x",
                "postgresql://u:hidden@a:b:c/x",
                "postgresql://u:hidden@h/x?sslmode=hidden",
                "postgresql://u:hidden@h/x?hidden",
                "postgresql://u:hidden@h/x?target_session_attrs=hidden",
                "postgresql://u:hidden@h/x?connect_timeout=soon",
                "postgresql://u:%ff@h/x",
                "postgresql://h/x?hid!den=1",
                "host=h password='hidden",
                "host=h hidden",
                "=hidden"
            })
    void what_cannot_be_read_is_refused_without_being_quoted(String text) {
        var refusal = catchThrowableOfType(OffsyncException.class, () -> DatabaseAddress.parse(text));
        assertThat(refusal.reason()).isEqualTo(Reason.CONFIG);
        assertThat(refusal.hint()).isNotBlank();
        assertThat(refusal.getMessage() + refusal.hint())
                .doesNotContain("hidden")
                .doesNotContain("hid!");
    }

    @Test
    void another_scheme_is_answered_with_the_forms_there_are() {
        assertThatExceptionOfType(OffsyncException.class)
                .isThrownBy(() -> DatabaseAddress.parse("mysql://h/x"))
                .withMessageContaining("mysql://")
                .satisfies(e -> assertThat(e.hint()).contains("postgresql://user@host", "jdbc:postgresql://", "host="));
    }

    @Test
    void a_parameter_that_protects_and_cannot_be_honoured_is_refused() {
        assertThatExceptionOfType(OffsyncException.class)
                .isThrownBy(() -> DatabaseAddress.parse("postgresql://h/x?sslcrl=/crl"))
                .withMessageContaining("sslcrl");
    }

    @Test
    void the_shown_form_has_everything_but_secrets() {
        String shown = DatabaseAddress.parse(
                        "host=a,::1 port=1,2 user='t i' dbname=shop password=hidden sslpassword=hidden sslmode=require")
                .toString();
        assertThat(shown).isEqualTo("postgresql://t%20i@a:1,[::1]:2/shop?sslmode=require");
        assertThat(keywords(shown)).containsEntry("user", "t i").containsEntry("port", "1,2");
    }

    private static Map<String, String> keywords(String text) {
        return DatabaseAddress.parse(text).keywords();
    }
}
