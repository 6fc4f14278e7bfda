import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/** Serves the MongoDB protocol from memory on a free port. Prints the URI, and stops when standard input closes. */
public final class Main {
  /** The server names wire version 8 by itself, which the newest drivers refuse; it has what they use of version 9. */
  private static final class NewestDriversAcceptIt implements MongoVersion {
    @Override
    public List<Integer> getVersionArray() {
      return List.of(4, 4, 0);
    }

    @Override
    public int getWireVersion() {
      return 9;
    }
  }

  public static void main(String[] arguments) throws Exception {
    MongoServer server = new MongoServer(new MemoryBackend().version(new NewestDriversAcceptIt()));
    System.out.println(server.bindAndGetConnectionString());
    System.out.flush();
    while (System.in.read() >= 0) {
      // What is said on standard input means nothing; its end does.
    }
    server.shutdownNow();
  }
}
