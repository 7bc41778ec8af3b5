package dev.offsync.pg;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.GT;

/** Which of the ways to fail TLS it was: a server without it, an unknown authority, another host's name, a bad file. */
final class TlsErrors {
    private TlsErrors() {}

    /** Empty where {@code e} has nothing to do with TLS. */
    static Optional<OffsyncException> translate(SQLException e, Side side, Endpoint endpoint) {
        String message = String.valueOf(e.getMessage());
        String host = endpoint.hosts().get(0).name();
        if (message.equals(GT.tr("The server does not support SSL."))) {
            return failure(e, side, endpoint, "the server offers no TLS", "switch ssl on at the server");
        }
        if (isOtherName(message, host)) {
            return failure(
                    e,
                    side,
                    endpoint,
                    "its certificate is not for the host name " + host,
                    "name the host as its certificate does, or give the server a certificate for this name");
        }
        if (SqlErrors.caused(e, FileNotFoundException.class)) {
            String file = endpoint.parameters().getOrDefault("sslrootcert", "~/.postgresql/root.crt");
            return failure(
                    e, side, endpoint, SqlErrors.root(e).getMessage(), "put the authority's certificate at " + file);
        }
        return isHandshake(e) ? Optional.of(handshake(e, side, endpoint)) : Optional.empty();
    }

    private static boolean isOtherName(String message, String host) {
        String pattern = GT.tr(
                "The hostname {0} could not be verified by hostnameverifier {1}.", host, "PgjdbcHostnameVerifier");
        return message.equals(pattern);
    }

    /** A link that breaks in the middle of the handshake is a broken link. */
    private static boolean isHandshake(SQLException e) {
        boolean security =
                SqlErrors.caused(e, SSLException.class) || SqlErrors.caused(e, GeneralSecurityException.class);
        Throwable root = SqlErrors.root(e);
        boolean link = root instanceof SocketException
                || root instanceof EOFException
                || root instanceof SocketTimeoutException;
        return security && !link;
    }

    private static OffsyncException handshake(SQLException e, Side side, Endpoint endpoint) {
        Throwable root = SqlErrors.root(e);
        boolean authority = SqlErrors.caused(e, CertPathValidatorException.class)
                || root.getClass().getSimpleName().equals("SunCertPathBuilderException");
        String why = authority
                ? "its certificate was not issued by an authority in sslrootcert (" + root.getMessage() + ")"
                : String.valueOf(root.getMessage());
        return failure(e, side, endpoint, why, "check sslrootcert, sslcert, sslkey and the server's certificate")
                .orElseThrow();
    }

    private static Optional<OffsyncException> failure(
            SQLException e, Side side, Endpoint endpoint, @Nullable String why, String hint) {
        return Optional.of(new OffsyncException(
                Reason.TLS, "no safe connection to " + side + " at " + endpoint.address() + ": " + why, hint, e));
    }
}
