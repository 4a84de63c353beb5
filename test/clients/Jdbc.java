import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Jdbc URL USER, with the password on stdin: prints whether the session has TLS, or why there is no session. */
public class Jdbc {
  private static final String QUERY = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

  public static void main(String[] arguments) throws Exception {
    String password = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    try (var connection = DriverManager.getConnection(arguments[0], arguments[1], password);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(QUERY)) {
      rows.next();
      System.out.println(rows.getBoolean(1));
    } catch (SQLException error) {
      System.err.println(error.getMessage());
      System.exit(1);
    }
  }
}
