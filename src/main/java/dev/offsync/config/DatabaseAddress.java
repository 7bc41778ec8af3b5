package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a URL or conninfo string says, by libpq's names; what it leaves out is not there. */
record DatabaseAddress(Map<String, String> keywords) {
    static final String FORMS = "write it as postgresql://user@host:5432/database?sslmode=verify-full,"
            + " postgres://…, jdbc:postgresql://… or \"host=… dbname=… user=…\";"
            + " special characters in a part of a URL are percent-encoded";

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,30}):/.*", Pattern.DOTALL);
    private static final Pattern CONNINFO = Pattern.compile("\\s*[A-Za-z_]+\\s*=.*", Pattern.DOTALL);

    DatabaseAddress {
        keywords = Map.copyOf(keywords);
    }

    /**
     * Reads any form in which a database may be named.
     *
     * @throws OffsyncException reason CONFIG, with the forms as its hint; it never quotes the text
     */
    static DatabaseAddress parse(String text) {
        String trimmed = text.strip();
        return new DatabaseAddress(Keywords.checked(keywordsOf(trimmed)));
    }

    private static Map<String, String> keywordsOf(String text) {
        Optional<String> rest = after(text, "postgresql://").or(() -> after(text, "postgres://"));
        if (rest.isPresent()) {
            return UrlParser.parse(rest.get());
        }
        Optional<String> jdbc = after(text, "jdbc:postgresql:");
        if (jdbc.isPresent()) {
            return UrlParser.parseJdbc(jdbc.get());
        }
        Matcher scheme = SCHEME.matcher(text);
        if (scheme.matches()) {
            throw new OffsyncException(
                    Reason.CONFIG, scheme.group(1) + ":// is not the scheme of a PostgreSQL database", FORMS);
        }
        if (CONNINFO.matcher(text).matches()) {
            return ConninfoParser.parse(text);
        }
        throw new OffsyncException(Reason.CONFIG, "the database URL has no form that offsync knows", FORMS);
    }

    private static Optional<String> after(String text, String prefix) {
        return text.regionMatches(true, 0, prefix, 0, prefix.length())
                ? Optional.of(text.substring(prefix.length()))
                : Optional.empty();
    }

    @Nullable
    String get(String name) {
        return keywords.get(name);
    }

    @Nullable
    String password() {
        return keywords.get("password");
    }

    boolean holdsSecret() {
        return keywords.keySet().stream().anyMatch(Keywords::isSecret);
    }

    /** This address with what {@code others} say where it says nothing. */
    DatabaseAddress filledFrom(Map<String, String> others) {
        var filled = new LinkedHashMap<>(others);
        filled.putAll(keywords);
        return new DatabaseAddress(filled);
    }

    /** The address as a URL without any secret. */
    @Override
    public String toString() {
        var url = new StringBuilder("postgresql://");
        String user = get("user");
        if (user != null) {
            url.append(encode(user)).append('@');
        }
        url.append(hosts());
        String database = get("dbname");
        if (database != null) {
            url.append('/').append(encode(database));
        }
        char separator = '?';
        for (var entry : new TreeMap<>(keywords).entrySet()) {
            String name = entry.getKey();
            if (!Keywords.isSecret(name) && (Keywords.isParameter(name) || name.equals("service"))) {
                url.append(separator).append(name).append('=').append(encode(entry.getValue()));
                separator = '&';
            }
        }
        return url.toString();
    }

    private String hosts() {
        String[] hosts = keywords.getOrDefault("host", "").split(",", -1);
        String[] ports = keywords.getOrDefault("port", "").split(",", -1);
        var text = new StringBuilder();
        for (int i = 0; i < hosts.length; i++) {
            String host = hosts[i].contains(":") ? "[" + hosts[i] + "]" : hosts[i];
            String port = ports.length == 1 ? ports[0] : i < ports.length ? ports[i] : "";
            text.append(i == 0 ? "" : ",").append(host).append(port.isEmpty() ? "" : ":" + port);
        }
        return text.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }
}
