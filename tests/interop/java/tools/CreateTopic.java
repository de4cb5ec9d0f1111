import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Creates topics on the only broker and waits until the name server knows them.
 *
 * <p>{@code CreateTopic NAMESRV_ADDRESS (TOPIC QUEUES)...}
 */
public final class CreateTopic {
    public static void main(String[] args) throws Exception {
        DefaultMQAdminExt admin = new DefaultMQAdminExt(10_000);
        admin.setNamesrvAddr(args[0]);
        admin.start();
        for (int i = 1; i + 1 < args.length; i += 2) {
            if (!create(admin, args[i], Integer.parseInt(args[i + 1]))) {
                System.exit(1);
            }
        }
        System.exit(0);
    }

    private static boolean create(DefaultMQAdminExt admin, String name, int queues) throws Exception {
        TopicConfig topic = new TopicConfig(name);
        topic.setReadQueueNums(queues);
        topic.setWriteQueueNums(queues);
        admin.createAndUpdateTopicConfig(admin.examineBrokerClusterInfo().getBrokerAddrTable().values()
            .iterator().next().selectBrokerAddr(), topic);
        for (int i = 0; i < 100; i++) {
            try {
                admin.examineTopicRouteInfo(name);
                return true;
            } catch (org.apache.rocketmq.client.exception.MQClientException notYet) {
                Thread.sleep(100);
            }
        }
        return false;
    }
}
