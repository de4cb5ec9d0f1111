import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A pintle process on one store and one pair of ports, which is killed and started again. */
final class Server implements AutoCloseable {
    private final String program;
    private final Path dir;
    private final int namesrvPort = freePort();
    private final int brokerPort = freePort();
    private final String[] settings;
    private Process process;
    private int kills;

    Server(String program, Path dir, String... settings) throws IOException {
        this.program = program;
        this.dir = dir;
        this.settings = settings;
        start();
    }

    String namesrv() {
        return "127.0.0.1:" + namesrvPort;
    }

    String broker() {
        return "127.0.0.1:" + brokerPort;
    }

    int kills() {
        return kills;
    }

    /** SIGKILL, and a new process on what the first left. */
    synchronized void killAndStart() throws IOException {
        kills++;
        end();
        start();
    }

    private void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(program, "start", "--data-dir", dir.resolve("data").toString(),
            "--set", "namesrv.listen=" + namesrv(), "--set", "broker.listen=" + broker()));
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        File errors = dir.resolve("server.err").toFile();
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(errors)).start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream()));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready")) {
                return;
            }
        }
        throw new IOException("the server did not start; see " + errors);
    }

    private void end() {
        process.destroyForcibly();
        try {
            process.waitFor(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        end();
    }

    /** From below those that the system gives to outgoing connections: clients keep asking for it. */
    private static int freePort() throws IOException {
        for (int tries = 0; tries < 1000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(11_000, 32_000);
            try (ServerSocket socket = new ServerSocket(); ServerSocket vip = new ServerSocket()) {
                socket.bind(new InetSocketAddress("127.0.0.1", port));
                vip.bind(new InetSocketAddress("127.0.0.1", port - 2));
                return port;
            } catch (IOException inUse) {
                continue;
            }
        }
        throw new IOException("no free port");
    }
}
