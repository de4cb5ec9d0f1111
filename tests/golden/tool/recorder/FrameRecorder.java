import java.io.DataInputStream;
import java.io.EOFException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/**
 * A transparent TCP proxy before a name server and a broker that keeps one example of every
 * different frame that passes. Two frames are alike when code, direction, encoding, language,
 * response code, the names of their extension fields and the presence of a body are equal.
 *
 * <p>{@code FrameRecorder OUT_DIR RUN_NAME} chooses four free ports, prints
 * {@code ports NAMESRV_PROXY,BROKER_PROXY NAMESRV BROKER}, forwards the first two to the last two,
 * and writes {@code OUT_DIR/*.bin} and {@code OUT_DIR/RUN_NAME.tsv} when its standard input ends.
 */
public final class FrameRecorder {
    /** An example above this is replaced by the next smaller one of its kind. */
    private static final int WANTED_BYTES = 4096;
    private static final int REFUSED_BYTES = 64 * 1024;

    private record Kept(byte[] frame, String line, String file) {}

    private final Map<String, Kept> kept = new TreeMap<>();
    private final Map<Integer, String> requestNames = constants("RequestCode");
    private final Map<Integer, String> responseNames = constants("ResponseCode");
    private final String run;

    private FrameRecorder(String run) {
        this.run = run;
    }

    public static void main(String[] args) throws Exception {
        Path out = Path.of(args[0]);
        FrameRecorder recorder = new FrameRecorder(args[1]);
        ServerSocket namesrvProxy = listen(0);
        ServerSocket brokerProxy = listen(0);
        int namesrv = freePort();
        int broker = freeBrokerPort();
        recorder.serve(namesrvProxy, namesrv);
        recorder.serve(brokerProxy, broker);
        System.out.println("ports " + namesrvProxy.getLocalPort() + ","
            + brokerProxy.getLocalPort() + " " + namesrv + " " + broker);
        System.out.flush();
        while (System.in.read() >= 0) {
            continue;
        }
        recorder.write(out);
        System.exit(0);
    }

    private static ServerSocket listen(int port) throws Exception {
        return new ServerSocket(port, 100, InetAddress.getByName("127.0.0.1"));
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = listen(0)) {
            return socket.getLocalPort();
        }
    }

    private static int freeBrokerPort() throws Exception {
        for (;;) {
            int port = freePort();
            try (ServerSocket a = listen(port - 2); ServerSocket b = listen(port);
                ServerSocket c = listen(port + 1)) {
                return port;
            } catch (java.io.IOException inUse) {
                continue;
            }
        }
    }

    private void serve(ServerSocket server, int target) {
        thread(() -> {
            for (;;) {
                Socket client = server.accept();
                Socket upstream = new Socket();
                try {
                    upstream.connect(new InetSocketAddress("127.0.0.1", target), 1000);
                } catch (java.io.IOException refused) {
                    client.close();
                    continue;
                }
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                Map<Integer, RemotingCommand> fromClient = new ConcurrentHashMap<>();
                Map<Integer, RemotingCommand> fromServer = new ConcurrentHashMap<>();
                thread(() -> copy(client, upstream, fromClient, fromServer));
                thread(() -> copy(upstream, client, fromServer, fromClient));
            }
        });
    }

    private interface Body {
        void run() throws Exception;
    }

    private static void thread(Body body) {
        Thread thread = new Thread(() -> {
            try {
                body.run();
            } catch (Exception e) {
                e.printStackTrace();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Requests seen in one direction name the responses of the other. */
    private void copy(Socket from, Socket to, Map<Integer, RemotingCommand> asked,
        Map<Integer, RemotingCommand> answered) throws Exception {
        try (from; to) {
            DataInputStream in = new DataInputStream(from.getInputStream());
            OutputStream out = to.getOutputStream();
            for (;;) {
                int length = in.readInt();
                byte[] frame = new byte[4 + length];
                ByteBuffer.wrap(frame).putInt(length);
                in.readFully(frame, 4, length);
                RemotingCommand command = RemotingCommand.decode(ByteBuffer.wrap(frame, 4, length));
                RemotingCommand request = command;
                if (command.isResponseType()) {
                    request = answered.remove(command.getOpaque());
                } else if (!command.isOnewayRPC()) {
                    asked.put(command.getOpaque(), command);
                }
                if (request != null) {
                    keep(frame, command, request);
                }
                out.write(frame);
                out.flush();
            }
        } catch (EOFException | java.net.SocketException end) {
            // Either side may close at any time; the other then closes too.
        }
    }

    private synchronized void keep(byte[] frame, RemotingCommand command, RemotingCommand request) {
        if (frame.length > REFUSED_BYTES) {
            return;
        }
        boolean response = command.isResponseType();
        Map<String, String> fields =
            command.getExtFields() == null ? Map.of() : command.getExtFields();
        String encoding = frame[4] == 0 ? "json" : "binary";
        String name = requestNames.getOrDefault(request.getCode(), "unknown");
        String direction = response ? "reply" : command.isOnewayRPC() ? "oneway" : "request";
        String status = response ? responseNames.getOrDefault(command.getCode(), "?") : "";
        boolean body = command.getBody() != null && command.getBody().length > 0;
        String key = String.join("|", String.format("%06d", request.getCode()), direction, encoding,
            String.valueOf(command.getLanguage()), status, String.valueOf(body),
            new TreeSet<>(fields.keySet()).toString(), requestFlavour(request, response));
        Kept old = kept.get(key);
        if (old != null && (old.frame.length <= WANTED_BYTES || old.frame.length <= frame.length)) {
            return;
        }
        String version = String.valueOf(command.getVersion());
        String stem = String.format("%s-%s-%03d-%s-%s%s", run,
            request.getLanguage().name().toLowerCase(), request.getCode(),
            name.toLowerCase().replace('_', '-'), direction,
            status.isEmpty() || status.equals("SUCCESS")
                ? "" : "-" + status.toLowerCase().replace('_', '-'));
        String line = String.join("\t", String.valueOf(request.getCode()), name, direction, encoding,
            command.getLanguage() + " " + version, status,
            "fields=" + String.join(",", new TreeSet<>(fields.keySet()))
                + " body=" + (command.getBody() == null ? 0 : command.getBody().length)
                + requestNote(request, fields, response));
        kept.put(key, new Kept(frame, line, stem));
    }

    /** Requests that share a code but whose answers differ in form. */
    private static String requestFlavour(RemotingCommand request, boolean response) {
        Map<String, String> fields =
            request.getExtFields() == null ? Map.of() : request.getExtFields();
        return fields.getOrDefault("acceptStandardJsonOnly", "") + fields.getOrDefault("compressed", "")
            + fields.getOrDefault("batch", fields.getOrDefault("m", ""))
            + (response ? request.getLanguage() : "");
    }

    private static String requestNote(RemotingCommand request, Map<String, String> fields,
        boolean response) {
        if (!response) {
            return fields.containsKey("compressed") ? " compressed=" + fields.get("compressed") : "";
        }
        return " asked-by=" + request.getLanguage() + " " + request.getVersion();
    }

    private synchronized void write(Path out) throws Exception {
        Files.createDirectories(out);
        Map<String, Integer> used = new HashMap<>();
        List<String> lines = new ArrayList<>();
        for (Kept one : kept.values()) {
            int number = used.merge(one.file, 1, Integer::sum);
            String file = one.file + (number == 1 ? "" : "-" + number) + ".bin";
            Files.write(out.resolve(file), one.frame);
            lines.add(file + "\t" + one.line);
        }
        Files.write(out.resolve(run + ".tsv"), lines);
    }

    /** Names of the codes; the class moved between versions. */
    private static Map<Integer, String> constants(String name) {
        Map<Integer, String> names = new HashMap<>();
        for (String where : List.of("org.apache.rocketmq.remoting.protocol.RemotingSysResponseCode",
            "org.apache.rocketmq.common.protocol." + name,
            "org.apache.rocketmq.remoting.protocol." + name)) {
            if (where.endsWith("RemotingSysResponseCode") && !name.equals("ResponseCode")) {
                continue;
            }
            try {
                for (var field : Class.forName(where).getFields()) {
                    if (field.getType() == int.class) {
                        names.put(field.getInt(null), field.getName());
                    }
                }
            } catch (ReflectiveOperationException absent) {
                continue;
            }
        }
        return names;
    }
}
