using System.Text.Json.Nodes;

namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>The objects that tests make.</summary>
internal static class Manifests
{
    /// <summary>A workload of a kind: <c>deployment</c>, <c>statefulset</c>, <c>parallel</c> (a StatefulSet too) or <c>daemonset</c>.</summary>
    public static JsonObject Of(string kind, string image) => kind switch
    {
        "deployment" => Deployment(Stage.Name, image),
        "statefulset" => StatefulSet(Stage.Name, image),
        "parallel" => StatefulSet(Stage.Name, image, management: "Parallel"),
        _ => DaemonSet(Stage.Name, image),
    };

    public static JsonObject Deployment(string name, string image, int replicas = 3) => Workload("apps/v1", "Deployment", name, image, replicas);

    public static JsonObject StatefulSet(string name, string image, int replicas = 3, string management = "OrderedReady")
    {
        var workload = Workload("apps/v1", "StatefulSet", name, image, replicas);
        workload["spec"]!["serviceName"] = name;
        workload["spec"]!["podManagementPolicy"] = management;
        return workload;
    }

    public static JsonObject DaemonSet(string name, string image)
    {
        var workload = Workload("apps/v1", "DaemonSet", name, image, 1);
        workload["spec"]!.AsObject().Remove("replicas");
        return workload;
    }

    /// <summary>A merge patch that gives the only container another image.</summary>
    public static string ImagePatch(string image) =>
        $"{{\"spec\":{{\"template\":{{\"spec\":{{\"containers\":{Containers(image)}}}}}}}}}";

    private static string Containers(string image) =>
        $$"""[{ "name": "app", "image": "{{image}}", "ports": [{ "containerPort": 80, "protocol": "TCP" }], "resources": { "requests": { "cpu": "100m" } } }]""";

    private static JsonObject Workload(string version, string kind, string name, string image, int replicas) => JsonNode.Parse($$"""
        {
          "apiVersion": "{{version}}",
          "kind": "{{kind}}",
          "metadata": { "name": "{{name}}", "labels": { "app": "{{name}}" } },
          "spec": {
            "replicas": {{replicas}},
            "selector": { "matchLabels": { "app": "{{name}}" } },
            "template": {
              "metadata": { "labels": { "app": "{{name}}" } },
              "spec": {
                "terminationGracePeriodSeconds": 0,
                "containers": {{Containers(image)}}
              }
            }
          }
        }
        """)!.AsObject();
}
