package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The first init of a hub, by an owner of its tables who is no administrator of the server. */
class HubOwnerTest {
    @Test
    void an_owner_who_may_not_make_roles_is_told_what_an_administrator_runs() throws SQLException {
        try (Fleet fleet = Fleet.unprepared("CREATE TABLE item (id integer PRIMARY KEY)")) {
            String owner = "owner_of_" + fleet.hub().address().database();
            fleet.hub()
                    .exec("CREATE ROLE " + owner + " LOGIN PASSWORD 'secret'; ALTER TABLE item OWNER TO " + owner
                            + "; GRANT CREATE ON DATABASE "
                            + fleet.hub().address().database() + " TO " + owner
                            + "; GRANT CREATE ON SCHEMA public TO " + owner);
            var login = fleet.hub().address().withLogin(owner, "secret");
            var device = new Device("a", fleet.a().database(), login.url());
            try {
                OffsyncException refusal = catchThrowableOfType(OffsyncException.class, () -> device.init("item"));
                assertThat(refusal.reason()).isEqualTo(Reason.PERMISSION);
                assertThat(refusal.hint()).contains("GRANT offsync_device TO \"" + owner + "\"");

                device.database().exec("DROP SCHEMA IF EXISTS offsync CASCADE");
                for (String role : new String[] {"offsync_device", "offsync_admin"}) {
                    fleet.hub()
                            .exec("DO $$ BEGIN CREATE ROLE " + role
                                    + "; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
                }
                fleet.hub().exec("GRANT offsync_device TO " + owner);
                assertThat(device.init("item").device()).isEqualTo("a");
            } finally {
                fleet.hub().exec("DROP OWNED BY " + owner + " CASCADE; DROP ROLE " + owner);
            }
        }
    }
}
