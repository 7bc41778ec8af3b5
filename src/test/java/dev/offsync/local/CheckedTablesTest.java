package dev.offsync.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.config.ConfigKey;
import dev.offsync.error.OffsyncException;
import dev.offsync.local.device.LocalSchema;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Strategy;
import dev.offsync.pg.Database;
import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** sync_config and conflict_resolution_rules answer to plain SQL as the commands would. */
@Tag("guarantee-11")
class CheckedTablesTest {
    private static final String SET = "INSERT INTO offsync.sync_config (config_key, config_value) VALUES (?, ?)";
    private static final String SET_AND_FORGET =
            SET + " ON CONFLICT (config_key) DO UPDATE SET config_value = excluded.config_value";
    private static final String RULE =
            "INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy, %s)"
                    + " VALUES (?, ?, ?, ?)";

    /** Values around every limit; each is tried on every key. */
    private static final List<String> VALUES = List.of(
            "0",
            "0s",
            "1",
            "30s",
            "7d",
            "90 s",
            "1000",
            "1001",
            "10000",
            "1000000",
            "1000001",
            "-1",
            "65535",
            "65536",
            "0%",
            "50%",
            "50 %",
            "100%",
            "101%",
            "5432,5433",
            "5432,",
            "hub",
            "hub1,hub2",
            "hub1,,hub2",
            "a@b",
            " ",
            "lww",
            "manual",
            "custom",
            "rekey",
            "/var/lib/offsync.prom",
            "sslmode=verify-full",
            "sslmode=never",
            "sslmode=require application_name='the till'",
            "password=hidden",
            "sslpassword=hidden",
            "host=h",
            "connect_timeout=5",
            "postgresql://till@replica:5432/shop",
            "postgres://a:1,b:2/shop?sslmode=require",
            "postgresql://till:hidden@replica/shop",
            "postgresql://till@replica/shop?password=hidden",
            "jdbc:postgresql://replica/shop",
            "host=replica dbname=shop",
            "host=replica password=hidden",
            "mysql://h/shop");

    @AutoClose
    private final TestDatabase database = TestDatabases.create(TestServers.device(), "checks", CheckedTablesTest::fill);

    private static void fill(Sql sql) throws SQLException {
        var prepared = new Database(sql.connection());
        prepared.transaction(() -> LocalSchema.MIGRATIONS.apply(prepared));
        sql.exec("""
                INSERT INTO offsync.shape (table_id, columns) VALUES (1, '{id, name, stock}');
                INSERT INTO offsync.synced_table (table_name, schema_name, relation_name, key_columns, key_types,
                    key_operators, shape_id)
                VALUES ('products', 'public', 'products', '{id}', '{integer}', '{=}', 1);
                CREATE SCHEMA shop;
                CREATE FUNCTION shop.choose(jsonb, jsonb, jsonb) RETURNS jsonb LANGUAGE sql AS 'SELECT $1';
                CREATE FUNCTION shop.wrong(jsonb, jsonb, jsonb) RETURNS text LANGUAGE sql AS 'SELECT $1::text'
                """);
    }

    @Test
    void the_database_knows_the_settings_that_the_command_line_knows() throws SQLException {
        assertThat(database.rows("SELECT config_key FROM offsync.setting"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ConfigKey.values()).map(ConfigKey::key).toList());
    }

    @Test
    void both_allow_the_same_values() throws SQLException {
        try (Sql session = database.open()) {
            for (ConfigKey key : ConfigKey.values()) {
                for (String value : VALUES) {
                    assertThat(isAllowed(() -> session.exec(SET_AND_FORGET, key.key(), value)))
                            .as(key.key() + " = " + value)
                            .isEqualTo(isAllowed(() -> key.validate(value)));
                }
                if (key.defaultValue() != null) {
                    session.exec(SET_AND_FORGET, key.key(), key.defaultValue());
                }
            }
        }
    }

    @Test
    void a_value_that_is_not_allowed_is_answered_with_what_is() {
        ServerErrorMessage refusal = refusal(SET, "batch_size", "hidden");
        assertThat(refusal.getMessage()).contains("batch_size").doesNotContain("hidden");
        assertThat(refusal.getHint()).contains("from 1 to 1000000");
        assertThat(refusal(SET, "batchsize", "1").getHint()).contains("batch_size", "retention");
    }

    @Test
    void a_password_is_refused_with_the_way_to_give_one() {
        assertThat(refusal(SET, "remote_password", "hidden").getMessage()).contains("keeps no password");
        assertThat(refusal(SET, "remote_password", "hidden").getHint()).contains("OFFSYNC_REMOTE_PASSWORD", ".pgpass");
        assertThat(refusal(SET, "local_password", "hidden").getMessage()).contains("keeps no password");
    }

    @Test
    void an_update_is_checked_and_dated() throws SQLException {
        database.exec(SET, "batch_size", "5");
        database.exec("UPDATE offsync.sync_config SET config_value = '6', updated_at = '-infinity'");
        assertThat(database.rows("SELECT config_value, updated_at > now() - interval '1 h' FROM offsync.sync_config"))
                .containsExactly("6|t");
        assertThat(refusal("UPDATE offsync.sync_config SET config_value = ?", "none")
                        .getHint())
                .contains("from 1");
    }

    @ParameterizedTest
    @EnumSource
    void every_strategy_is_accepted(Strategy strategy) throws SQLException {
        String function = strategy == Strategy.CUSTOM ? "shop.choose" : null;
        database.exec(RULE.formatted("custom_function"), "*", "*", strategy.word(), function);
        assertThat(new RuleStore(new Database(database.connect())).all()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void every_type_is_accepted(ConflictType type) throws SQLException {
        database.exec(RULE.formatted("priority"), "products", type.word(), "lww", 1);
        assertThat(database.scalar("SELECT conflict_type FROM offsync.conflict_resolution_rules"))
                .isEqualTo(type.word());
    }

    @ParameterizedTest
    @CsvSource({
        "orders,*,lww,'table orders is not synced',products",
        "products,update,lww,no conflict type,update_update",
        "products,*,newest,no strategy,local_wins",
        "products,*,custom,needs a function,with its schema",
        "products,update_delete,rekey,settles no update_delete,insert_insert"
    })
    void a_rule_that_means_nothing_is_refused(String table, String type, String strategy, String message, String hint) {
        ServerErrorMessage refusal = refusal(RULE.formatted("custom_function"), table, type, strategy, null);
        assertThat(refusal.getMessage()).contains(message);
        assertThat(refusal.getHint()).contains(hint);
    }

    @ParameterizedTest
    @CsvSource({
        "custom,choose,no function choose",
        "custom,shop.none,no function shop.none",
        "custom,shop.wrong,RETURNS jsonb",
        "custom,shop.choose(null) --,no function",
        "lww,shop.choose,only the strategy custom"
    })
    void a_rule_calls_an_existing_function_or_none(String strategy, String function, String message) {
        assertThat(refusal(RULE.formatted("custom_function"), "*", "*", strategy, function)
                        .getMessage())
                .contains(message);
    }

    @Test
    void delta_columns_belong_to_the_table_and_to_merge() throws SQLException {
        String rule = RULE.formatted("delta_columns").replace("?)", "?::text[])");
        assertThat(refusal(rule, "products", "*", "merge", "{stock,price}").getHint())
                .contains("id, name, stock");
        assertThat(refusal(rule, "products", "*", "lww", "{stock}").getMessage())
                .contains("only merge");
        database.exec(rule, "products", "*", "merge", "{stock}");
        assertThat(refusal("UPDATE offsync.conflict_resolution_rules SET fallback = ?", "merge")
                        .getHint())
                .contains("remote_wins");
    }

    @Test
    void a_rule_is_kept_in_one_spelling() throws SQLException {
        database.exec(RULE.formatted("custom_function"), "public.products", "*", "custom", "Shop.\"choose\"");
        assertThat(database.rows("SELECT table_name, custom_function FROM offsync.conflict_resolution_rules"))
                .containsExactly("products|shop.choose");
    }

    @Test
    void somebody_with_rights_on_the_table_alone_is_checked_too() throws SQLException {
        try (Sql session = database.open()) {
            session.exec("BEGIN; CREATE ROLE checks_clerk; GRANT USAGE ON SCHEMA offsync TO checks_clerk;"
                    + " GRANT INSERT ON offsync.sync_config TO checks_clerk; SET LOCAL ROLE checks_clerk");
            assertThatCode(() -> session.exec(SET, "retention", "30d")).doesNotThrowAnyException();
            assertThat(serverMessage(() -> session.exec(SET, "retension", "30d"))
                            .getMessage())
                    .contains("no setting");
            session.exec("ROLLBACK");
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static boolean isAllowed(Action action) {
        try {
            action.run();
            return true;
        } catch (OffsyncException | PSQLException e) {
            return false;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private ServerErrorMessage refusal(String sql, Object... arguments) {
        return serverMessage(() -> database.exec(sql, arguments));
    }

    private static ServerErrorMessage serverMessage(Action action) {
        PSQLException refusal = catchThrowableOfType(PSQLException.class, action::run);
        assertThat(refusal.getSQLState()).isEqualTo("22023");
        return Objects.requireNonNull(refusal.getServerErrorMessage());
    }
}
