import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.broker.BrokerStartup;
import org.apache.rocketmq.namesrv.NamesrvController;
import org.apache.rocketmq.namesrv.NamesrvStartup;

/**
 * Runs a real name server and a real broker in one process on 127.0.0.1 and prints one line when
 * both serve: {@code ready namesrv=127.0.0.1:P broker=127.0.0.1:Q}. SIGTERM stops both cleanly.
 *
 * <p>Options: {@code --dir DIR} (store, configuration and logs), {@code --namesrv-port N},
 * {@code --broker-port N} (0: a free one), {@code --proxy-ports N,M} (a recording proxy listens
 * there for the name server and for the broker: register through the first, advertise the second),
 * {@code --set key=value}... (keys of broker.conf).
 */
public final class JavaBroker {
    public static void main(String[] args) throws Exception {
        Path dir = null;
        int namesrvPort = 0;
        int brokerPort = 0;
        int namesrvProxy = 0;
        int brokerProxy = 0;
        List<String> settings = new ArrayList<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            String value = args[i + 1];
            switch (args[i]) {
                case "--dir" -> dir = Path.of(value).toAbsolutePath();
                case "--namesrv-port" -> namesrvPort = Integer.parseInt(value);
                case "--broker-port" -> brokerPort = Integer.parseInt(value);
                case "--proxy-ports" -> {
                    namesrvProxy = Integer.parseInt(value.substring(0, value.indexOf(',')));
                    brokerProxy = Integer.parseInt(value.substring(value.indexOf(',') + 1));
                }
                case "--set" -> settings.add(value);
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        Files.createDirectories(dir.resolve("logs"));
        writeLogConfiguration(dir);
        if (namesrvPort == 0) {
            namesrvPort = freePort();
        }
        if (brokerPort == 0) {
            brokerPort = freeBrokerPort();
        }

        Path namesrvConf = dir.resolve("namesrv.conf");
        Files.write(namesrvConf, List.of("listenPort=" + namesrvPort, "bindAddress=127.0.0.1",
            "kvConfigPath=" + dir.resolve("namesrv/kvConfig.json"),
            "configStorePath=" + dir.resolve("namesrv/namesrv.properties")));
        NamesrvController namesrv = NamesrvStartup.main0(new String[] {"-c", namesrvConf.toString()});

        List<String> conf = new ArrayList<>(List.of(
            "brokerClusterName=DefaultCluster",
            "brokerName=broker-a",
            "brokerIP1=127.0.0.1",
            "brokerIP2=127.0.0.1",
            "bindAddress=127.0.0.1",
            // The controller takes the address of its own log records from listenPort, so with a
            // proxy the proxy's port is configured first and the true one set before it listens.
            "listenPort=" + (brokerProxy == 0 ? brokerPort : brokerProxy),
            "namesrvAddr=127.0.0.1:" + (namesrvProxy == 0 ? namesrvPort : namesrvProxy),
            // 5.x ends its revive queues one after another, each in more than a second.
            "reviveQueueNum=1",
            "storePathRootDir=" + dir.resolve("store"),
            "storePathCommitLog=" + dir.resolve("store/commitlog")));
        conf.addAll(settings);
        Path brokerConf = dir.resolve("broker.conf");
        Files.write(brokerConf, conf);
        BrokerController controller =
            BrokerStartup.createBrokerController(new String[] {"-c", brokerConf.toString()});
        controller.getNettyServerConfig().setListenPort(brokerPort);
        BrokerStartup.start(controller);
        if (brokerProxy != 0) {
            controller.getNettyServerConfig().setListenPort(brokerProxy);
        }
        // 5.x registers in the background and may fail the first time, when the name server has only
        // just begun to listen.
        do {
            controller.registerBrokerAll(true, false, true);
            Thread.sleep(20);
        } while (namesrv.getRouteInfoManager().getAllClusterInfo().getBrokerAddrTable().isEmpty());
        System.out.println("ready namesrv=127.0.0.1:" + namesrvPort
            + " broker=127.0.0.1:" + brokerPort);
        System.out.flush();
    }

    /**
     * RocketMQ takes no port 0. A port that the system chose may be somebody's outgoing connection by the
     * time it is listened on, so one is drawn from below those.
     */
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(11_000, 32_000);
            if (isFree(port)) {
                return port;
            }
        }
    }

    /** A broker also listens two ports below (VIP) and one above (replication). */
    private static int freeBrokerPort() throws Exception {
        for (int tries = 0; tries < 100; tries++) {
            int port = freePort();
            if (isFree(port - 2) && isFree(port) && isFree(port + 1)) {
                return port;
            }
        }
        throw new IllegalStateException("no free group of broker ports");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress("127.0.0.1", port));
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    /** 4.x insists on these files below its home; 5.x carries its own. */
    private static void writeLogConfiguration(Path dir) throws Exception {
        Path home = Path.of(System.getProperty("rocketmq.home.dir"));
        Files.createDirectories(home.resolve("conf"));
        for (String role : List.of("broker", "namesrv")) {
            Path file = home.resolve("conf/logback_" + role + ".xml");
            try (PrintWriter out = new PrintWriter(file.toFile())) {
                out.println("<configuration>");
                out.println("  <appender name=\"F\" class=\"ch.qos.logback.core.FileAppender\">");
                out.println("    <file>" + dir.resolve("logs/" + role + ".log") + "</file>");
                out.println("    <encoder><pattern>%d %p %t %c{0} - %m%n</pattern></encoder>");
                out.println("  </appender>");
                out.println("  <root level=\"INFO\"><appender-ref ref=\"F\"/></root>");
                out.println("</configuration>");
            }
        }
    }
}
