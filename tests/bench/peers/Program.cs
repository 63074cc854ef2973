using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Graph.Models;
using Microsoft.Graph.Users.Item.AssignLicense;

namespace MgLicense.Bench.Peers;

/// <summary>
/// One measured run of Microsoft's client. Arguments: the mode, the served tenant's address, its certificate ("-" for
/// none); on standard input the token, then for "assign", "batch", "get" and "floor" one user id a line, for "pages" the address of
/// the first page. Prints one line of JSON.
/// "line" with a port and milliseconds is the line between a client and a server instead.
/// </summary>
internal static class Program
{
    private static readonly Guid Product = new("06ebc4ee-1bb5-47dd-8120-11324bc54e06");

    private static readonly string[] Properties =
    [
        "id", "displayName", "userPrincipalName", "accountEnabled", "usageLocation", "userType", "department",
        "assignedLicenses", "licenseAssignmentStates",
    ];

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["line", var port, var roundTrip])
        {
            await Line.Run(int.Parse(port), int.Parse(roundTrip));
            return 0;
        }

        if (arguments is not [var mode, var address, var certificate])
        {
            Console.Error.WriteLine("usage: GraphPeer read|keep|pages|assign|batch|get|floor|batchfloor <address> <certificate or -> (token and ids on standard input), or GraphPeer line <port> <milliseconds>");
            return 2;
        }

        var token = Console.In.ReadLine() ?? "";
        var users = ReadLines().ToArray();
        var client = Client.Make(address, certificate == "-" ? null : certificate, token);
        using var process = System.Diagnostics.Process.GetCurrentProcess();

        // The first request sets the client up and connects; it isn't measured on either side.
        await client.Organization.GetAsync();
        var before = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        var count = mode switch
        {
            "read" => await Read(client, null),
            "keep" => await Read(client, []),
            "pages" => await Pages.Read(address, certificate == "-" ? null : certificate, token, users[0]),
            "assign" => await Each(users, id => client.Users[id].AssignLicense.PostAsync(new AssignLicensePostRequestBody
            {
                AddLicenses = [new AssignedLicense { SkuId = Product, DisabledPlans = [] }],
                RemoveLicenses = [],
            })),
            "batch" => await Batches.Assign(client, users, Product),
            "floor" => Floor.Assign(address, token, users, Product),
            "batchfloor" => Floor.Batches(address, token, users, Product),
            "get" => await Each(users, id => client.Users[id].GetAsync()),
            _ => throw new ArgumentException($"'{mode}' is no mode"),
        };
        watch.Stop();
        process.Refresh();
        Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(new
        {
            milliseconds = watch.Elapsed.TotalMilliseconds,
            cpu = (process.TotalProcessorTime - before).TotalMilliseconds,
            peak = process.PeakWorkingSet64 / 1048576.0,
            count,
        }));
        return 0;
    }

    private static IEnumerable<string> ReadLines()
    {
        while (Console.In.ReadLine() is { Length: > 0 } line)
        {
            yield return line;
        }
    }

    private static async Task<int> Each(string[] users, Func<string, Task<User?>> call)
    {
        foreach (var user in users)
        {
            _ = await call(user) ?? throw new InvalidOperationException("no user came back");
        }

        return users.Length;
    }

    private static async Task<int> Read(Microsoft.Graph.GraphServiceClient client, List<User>? kept)
    {
        var first = await client.Users.GetAsync(request =>
        {
            request.QueryParameters.Select = Properties;
            request.QueryParameters.Top = 999;
        }) ?? throw new InvalidOperationException("no page came back");
        var count = 0;
        var iterator = Microsoft.Graph.PageIterator<User, UserCollectionResponse>.CreatePageIterator(client, first, user =>
        {
            count++;
            kept?.Add(user);
            return true;
        });
        await iterator.IterateAsync();
        return count;
    }
}
