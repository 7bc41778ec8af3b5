package dev.offsync.testing;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Where a test server listens, and a role there that may create databases and roles. */
public record ServerAddress(String host, int port, String database, String user, String password) {
    /** The address that a {@code postgresql://user:password@host:port/database} URL names. */
    public static ServerAddress parse(String url) {
        URI uri = URI.create(url);
        String[] login = uri.getRawUserInfo().split(":", 2);
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        return new ServerAddress(uri.getHost(), port, uri.getPath().substring(1), decoded(login[0]), decoded(login[1]));
    }

    /** The URL as an operator types it, with the password in it. */
    public String url() {
        return "postgresql://" + encoded(user) + ":" + encoded(password) + "@" + host + ":" + port + "/" + database;
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    public Connection connect() throws SQLException {
        var login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        login.setProperty("ApplicationName", "offsync-test");
        return DriverManager.getConnection(jdbcUrl(), login);
    }

    public ServerAddress withDatabase(String other) {
        return new ServerAddress(host, port, other, user, password);
    }

    public ServerAddress withLogin(String otherUser, String otherPassword) {
        return new ServerAddress(host, port, database, otherUser, otherPassword);
    }

    /** The same database reached by another way: through a proxy, say. */
    public ServerAddress via(String otherHost, int otherPort) {
        return new ServerAddress(otherHost, otherPort, database, user, password);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
