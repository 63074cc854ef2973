using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Users.Item.AssignLicense;

namespace MgLicense.Bench.Peers;

/// <summary>
/// Batches of twenty with Microsoft's client, four of them under way at a time, as its documentation makes them. Steps
/// that are throttled are sent again after the longest wait they ask for, which the client leaves to its caller.
/// </summary>
internal static class Batches
{
    private const int Flights = 4;
    private const int Steps = 20;

    /// <summary>Gives every user the product; how many got it.</summary>
    internal static async Task<int> Assign(GraphServiceClient client, string[] users, Guid product)
    {
        using var flights = new SemaphoreSlim(Flights);
        var batches = users.Chunk(Steps).Select(async chunk =>
        {
            await flights.WaitAsync();
            try
            {
                return await Send(client, chunk, product);
            }
            finally
            {
                flights.Release();
            }
        });
        return (await Task.WhenAll(batches)).Sum();
    }

    private static async Task<int> Send(GraphServiceClient client, string[] users, Guid product)
    {
        var done = 0;
        while (users.Length > 0)
        {
            var content = new BatchRequestContentCollection(client);
            var ids = new Dictionary<string, string>();
            foreach (var user in users)
            {
                var request = client.Users[user].AssignLicense.ToPostRequestInformation(new AssignLicensePostRequestBody
                {
                    AddLicenses = [new AssignedLicense { SkuId = product, DisabledPlans = [] }],
                    RemoveLicenses = [],
                });
                ids[await content.AddBatchRequestStepAsync(request)] = user;
            }

            var answer = await client.Batch.PostAsync(content);
            var again = new List<string>();
            var wait = TimeSpan.Zero;
            foreach (var (id, user) in ids)
            {
                using var step = await answer.GetResponseByIdAsync(id);
                if (step.IsSuccessStatusCode)
                {
                    done++;
                }
                else if (step.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    again.Add(user);
                    var asked = step.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
                    wait = asked > wait ? asked : wait;
                }
                else
                {
                    throw new InvalidOperationException($"{user}: {(int)step.StatusCode}");
                }
            }

            await Task.Delay(wait);
            users = [.. again];
        }

        return done;
    }
}
