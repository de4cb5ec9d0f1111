import java.util.List;
import java.util.Properties;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.message.MessageQueue;

/** The queues of an ordered topic are fixed at the name server; producers use those and no others. */
final class OrderTopicConfig implements Scenario {
    private static final String NAMESPACE = "ORDER_TOPIC_CONFIG";

    @Override
    public void run(Env env) throws Exception {
        Properties settings = new Properties();
        settings.setProperty("orderMessageEnable", "true");
        env.admin().updateNameServerConfig(settings, List.of(env.shared.namesrv));

        TopicConfig config = new TopicConfig(env.topic);
        config.setReadQueueNums(8);
        config.setWriteQueueNums(8);
        config.setOrder(true);
        env.admin().createAndUpdateTopicConfig(env.broker(), config);
        env.awaitRoute(env.topic, 8, 8);

        String conf = env.brokerName() + ":4";
        env.admin().createOrUpdateOrderConf(env.topic, conf, true);
        Failure.unless(conf.equals(env.admin().getKVConfig(NAMESPACE, env.topic)), "value");
        Failure.unless(conf.equals(env.admin().getKVListByNamespace(NAMESPACE).getTable().get(env.topic)),
            "list");
        Failure.unless(conf.equals(env.admin().examineTopicRouteInfo(env.topic).getOrderTopicConf()), "route");

        DefaultMQProducer producer = env.producer();
        List<MessageQueue> queues = producer.fetchPublishMessageQueues(env.topic);
        Failure.unless(queues.size() == 4, "queues %s", queues);
        env.sendAll(producer, 0, 20);
        env.consumeAndCheck();

        env.admin().deleteKvConfig(NAMESPACE, env.topic);
        String now = env.admin().examineTopicRouteInfo(env.topic).getOrderTopicConf();
        Failure.unless(now == null || now.isEmpty(), "still %s", now);
        try {
            String gone = env.admin().getKVConfig(NAMESPACE, env.topic);
            Failure.unless(gone == null, "still %s", gone);
        } catch (MQClientException notFound) {
            // How a client is told of a key that is not there.
        }
    }
}
