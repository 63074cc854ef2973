# What crosses the network, and what becomes of answers that no proper service sends. The servers here are a few lines, so
# that every byte is known.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-Module (Join-Path $PSScriptRoot 'RawServer.psm1')
    Import-TestModule
    $servers = [System.Collections.Generic.List[object]]::new()

    # Serves these answers in turn and connects. Gives the server.
    function Connect-Answers {
        param([Parameter(Mandatory)] [AllowNull()] [object[]] $Answer, [switch] $Close)
        $server = Start-RawServer -Answer $Answer -Close:$Close
        $servers.Add($server)
        Connect-RawServer $server
        $server
    }

    $ada = '{"id":"a1","displayName":"Ada","userPrincipalName":"ada@contoso.com"}'
    $e5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
}

AfterAll {
    $null = Set-MgRequestContext -MaxRetry 3 -RetryDelay 3 -RetriesTimeLimit 0 -ClientTimeout 300
    Disconnect-TestTenant
    foreach ($server in $servers) { $server.Dispose() }
    foreach ($environment in Get-MgEnvironment | Where-Object Name -Like 'raw*') { $null = Remove-MgEnvironment -Name $environment.Name }
}

Describe 'Over the network' {
    BeforeEach {
        # A test that is about repeating allows it.
        $null = Set-MgRequestContext -MaxRetry 0 -ClientTimeout 60
    }

    Context 'A request' {
        It 'carries the token, and what was asked for' {
            $server = Connect-Answers (New-RawAnswer -Body $ada)
            (Get-MgUser -UserId ada@contoso.com -Property DisplayName -Headers @{ 'x-note' = '7' }).DisplayName | Should -Be 'Ada'
            $request = $server.Requests[0]
            $request | Should -Match '^GET /v1\.0/users/ada%40contoso\.com\?\$select=DisplayName HTTP/1\.1\r\n'
            $request | Should -Match '(?im)^authorization: Bearer opaque-token\r$'
            $request | Should -Match '(?im)^x-note: 7\r$'
            $request | Should -Match '(?im)^accept-encoding: gzip'
        }

        It 'is refused before a byte is sent where it would cross the network unencrypted' {
            $recorded = Invoke-Recorded {
                $null = Add-MgEnvironment -Name rawplain -GraphEndpoint http://graph.contoso.com -AzureADEndpoint http://login.contoso.com
                Connect-MgGraph -Environment rawplain -AccessToken (ConvertTo-SecureString opaque -AsPlainText -Force) -NoWelcome
            }
            $message = @($recorded.Errors) + @($recorded.Thrown) -ne $null | ForEach-Object { $_.Exception.Message }
            $message | Should -Match 'http://.*loopback'
        }
    }

    Context 'Pages' {
        It 'are followed as their links say, with the headers of the first' {
            $server = Start-RawServer
            $servers.Add($server)
            $link = "http://127.0.0.1:$($server.Port)/v1.0/users?`$skiptoken=m~%2F"
            foreach ($page in 1, 2) { $server.Add((New-RawAnswer -Body "{`"value`":[{`"id`":`"$page`"}],`"@odata.nextLink`":`"$link$page`"}").Bytes) }
            $server.Add((New-RawAnswer -Body '{"value":[{"id":"3"}]}').Bytes)
            Connect-RawServer $server
            (Get-MgUser -All -ConsistencyLevel eventual -Headers @{ 'x-note' = '7' }).Id | Should -Be 1, 2, 3
            $server.Requests | Should -HaveCount 3
            $server.Requests[2] | Should -Match '^GET /v1\.0/users\?\$skiptoken=m~%2F2 '
            foreach ($request in $server.Requests) {
                $request | Should -Match '(?im)^consistencylevel: eventual\r$'
                $request | Should -Match '(?im)^x-note: 7\r$'
                $request | Should -Match '(?im)^authorization: Bearer '
            }
        }

        It 'that lead to another machine are not followed' {
            $server = Connect-Answers (New-RawAnswer -Body '{"value":[{"id":"1"}],"@odata.nextLink":"http://evil.example/v1.0/users"}')
            $recorded = Invoke-Recorded { Get-MgUser -All }
            $recorded.Output.Id | Should -Be 1
            $recorded.Errors[0].Exception.Message | Should -Match 'evil\.example'
            $server.Requests | Should -HaveCount 1
        }
    }

    Context 'An answer that no proper service sends' {
        It 'is a clear error: <Name>' -ForEach @(
            @{ Name = 'a page of a proxy'; Raw = @{ Body = '<html>Sign in</html>'; Headers = @{ 'content-type' = 'text/html' } }; Says = 'text/html' }
            @{ Name = 'not JSON'; Raw = @{ Body = 'hello' }; Says = 'JSON' }
            @{ Name = 'JSON that breaks off'; Raw = @{ Body = '{"value":[{"id":"1"},{"id' }; Says = 'JSON' }
            @{ Name = 'JSON of another form'; Raw = @{ Body = '{"value":7}' }; Says = 'value' }
            @{ Name = 'a list where an object belongs'; Raw = @{ Body = '[1,2]' }; Says = 'JSON' }
            @{ Name = 'nothing at all'; Raw = @{ Body = '' }; Says = 'JSON' }
        ) {
            $null = Connect-Answers (New-RawAnswer @Raw)
            $recorded = Invoke-Recorded { Get-MgUser -All }
            $recorded.Output | Should -HaveCount 0
            $recorded.Errors | Should -HaveCount 1
            $recorded.Errors[0].Exception.Message | Should -Match $Says
            "$($recorded.Errors[0].ErrorDetails.RecommendedAction)" | Should -Match 'prox'
        }

        It 'is told as a break where it ends too early' {
            $null = Connect-Answers -Close (New-RawAnswer -Body '{"value":[' -Headers @{ 'content-length' = '5000' })
            $recorded = Invoke-Recorded { Get-MgUser -All }
            $recorded.Errors[0].Exception.Message | Should -Match 'broke off its answer'
        }

        It 'is given up where it is of 100 MB' {
            $head = [System.Text.Encoding]::ASCII.GetBytes("HTTP/1.1 200 OK`r`ncontent-type: application/json`r`ncontent-length: 104857600`r`n`r`n")
            $bytes = [byte[]]::new($head.Length + 104857600)
            [array]::Fill($bytes, [byte] 32)
            $head.CopyTo($bytes, 0)
            $null = Connect-Answers ([pscustomobject]@{ Bytes = $bytes })
            $recorded = Invoke-Recorded { Get-MgUser -All }
            $recorded.Errors[0].Exception.Message | Should -Match 'more than 64 MB'
        }

        It 'of a gateway is an error with its status and what came' {
            $null = Connect-Answers (New-RawAnswer -Status '502 Bad Gateway' -Body '<html>no way</html>' -Headers @{ 'content-type' = 'text/html' })
            $recorded = Invoke-Recorded { Get-MgUser -UserId ada@contoso.com }
            $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike 'BadGateway,*'
            $recorded.Errors[0].ErrorDetails.Message | Should -Match '502'
        }

        It 'is a clear error after a change too' {
            $null = Connect-Answers (New-RawAnswer -Body '<html>Sign in</html>' -Headers @{ 'content-type' = 'text/html' })
            $recorded = Invoke-Recorded { Set-MgUserLicense -UserId a1 -AddLicenses @{ SkuId = $e5 } -RemoveLicenses @() }
            $recorded.Errors[0].Exception.Message | Should -Match 'text/html'
        }
    }

    Context 'An answer that is odd and still an answer' {
        It 'is read where members occur twice: the last one counts' {
            $null = Connect-Answers (New-RawAnswer -Body '{"id":"a0","id":"a1","displayName":"Eve","displayName":"Ada","x":1,"x":2}')
            $user = Get-MgUser -UserId a1
            $user.Id | Should -Be 'a1'
            $user.DisplayName | Should -Be 'Ada'
            $user.AdditionalProperties['x'] | Should -Be 2
        }

        It 'keeps values that nobody has heard of' {
            $null = Connect-Answers (New-RawAnswer -Body '{"id":"a1","userType":"Robot","licenseAssignmentStates":[{"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06","state":"Levitating","error":"GravityFault","disabledPlans":[]}]}')
            $user = Get-MgUser -UserId a1 -Property Id, UserType, LicenseAssignmentStates
            $user.UserType | Should -Be 'Robot'
            $user.LicenseAssignmentStates[0].State | Should -Be 'Levitating'
            $user.LicenseAssignmentStates[0].Error | Should -Be 'GravityFault'
        }
    }

    Context 'Waiting and repeating' {
        It 'waits as the service asks, repeats, and says why' {
            $null = Set-MgRequestContext -MaxRetry 3
            $server = Connect-Answers @(
                (New-RawAnswer -Status '429 Too Many Requests' -Headers @{ 'retry-after' = '0.2' })
                (New-RawAnswer -Status '503 Service Unavailable' -Headers @{ 'retry-after' = '0' })
                (New-RawAnswer -Body $ada)
            )
            $said = Get-MgUser -UserId a1 -Verbose 4>&1
            $server.Requests | Should -HaveCount 3
            $verbose = @($said | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message
            $verbose | Should -HaveCount 2
            $verbose[0] | Should -BeExactly 'Waiting 0.2 s as it asked before trying again (1 of 3), because the service answered 429 (TooManyRequests).'
            $verbose[1] | Should -Match '\(2 of 3\), because the service answered 503'
        }

        It 'repeats no more often than -MaxRetry says, and then reports what the service said' {
            $null = Set-MgRequestContext -MaxRetry 2 -RetryDelay 0
            $server = Connect-Answers (New-RawAnswer -Status '504 Gateway Timeout')
            $recorded = Invoke-Recorded { Get-MgUser -UserId a1 }
            $server.Requests | Should -HaveCount 3
            $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike 'GatewayTimeout,*'
        }

        It 'takes a changed request context at once, also for a connection that is open' {
            $server = Connect-Answers (New-RawAnswer -Status '503 Service Unavailable')
            $null = Invoke-Recorded { Get-MgUser -UserId a1 }
            $server.Requests | Should -HaveCount 1
            $null = Set-MgRequestContext -MaxRetry 1 -RetryDelay 0
            $null = Invoke-Recorded { Get-MgUser -UserId a1 }
            $server.Requests | Should -HaveCount 3
        }

        It 'begins no wait beyond -RetriesTimeLimit' {
            $null = Set-MgRequestContext -MaxRetry 3 -RetriesTimeLimit 5
            $server = Connect-Answers (New-RawAnswer -Status '429 Too Many Requests' -Headers @{ 'retry-after' = '6' })
            $recorded = Invoke-Recorded { Get-MgUser -UserId a1 }
            $null = Set-MgRequestContext -RetriesTimeLimit 0
            $server.Requests | Should -HaveCount 1
            $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike 'TooManyRequests,*'
        }

        It 'gives up on silence after -ClientTimeout' {
            $null = Set-MgRequestContext -ClientTimeout 1
            $null = Connect-Answers @($null)
            $recorded = Invoke-Recorded { Get-MgUser -UserId a1 }
            $recorded.Errors[0].Exception.Message | Should -Match 'within the 1 seconds'
        }

        It 'settles a licence change whose answer was lost, and does not send it again' {
            $null = Set-MgRequestContext -MaxRetry 3 -RetryDelay 0
            $held = '{"id":"a1","assignedLicenses":[],"licenseAssignmentStates":[{"skuId":"SKU","disabledPlans":[],"assignedByGroup":null,"state":"Active"}]}'.Replace('SKU', $e5)
            $server = Connect-Answers -Close @(
                (New-RawAnswer -Body '{"id' -Headers @{ 'content-length' = '900' })
                (New-RawAnswer -Body $held)
                (New-RawAnswer -Body $ada)
            )
            $recorded = Invoke-Recorded { Set-MgUserLicense -UserId a1 -AddLicenses @{ SkuId = $e5 } -RemoveLicenses @() }
            $recorded.Errors | Should -BeNullOrEmpty
            $recorded.Output.DisplayName | Should -Be 'Ada'
            @($server.Requests -match '^POST ') | Should -HaveCount 1
        }

        It 'says that the outcome is unknown where nothing can settle it' {
            $null = Set-MgRequestContext -MaxRetry 3 -RetryDelay 0
            $server = Connect-Answers -Close (New-RawAnswer -Body '{"id' -Headers @{ 'content-length' = '900' })
            $recorded = Invoke-Recorded { Invoke-MgGraphRequest -Method POST -Uri v1.0/users/a1/sendMail -Body @{ a = 1 } }
            $recorded.Thrown.Exception.Message | Should -Match 'broke off'
            $recorded.Thrown.ErrorDetails.RecommendedAction | Should -Match 'read back'
            $server.Requests | Should -HaveCount 1
        }

        It 'ends a wait at once when it is stopped' {
            $null = Set-MgRequestContext -MaxRetry 3
            $server = Connect-Answers (New-RawAnswer -Status '429 Too Many Requests' -Headers @{ 'retry-after' = '600' })
            foreach ($script in 'Get-MgUser -UserId a1', 'Update-MgUser -UserId a1 -UsageLocation GB') {
                $shell = [powershell]::Create()
                $null = $shell.AddScript("Import-Module '$((Get-TestModulePath).Replace("'", "''"))'; $script")
                $seen = $server.Requests.Count
                $running = $shell.BeginInvoke()
                $limit = [datetime]::UtcNow.AddSeconds(60)
                while ($server.Requests.Count -eq $seen -and [datetime]::UtcNow -lt $limit) { Start-Sleep -Milliseconds 20 }
                $server.Requests.Count | Should -Be ($seen + 1)
                $shell.Stop()
                $running.IsCompleted | Should -BeTrue
                $shell.Dispose()
                # The other kind of request has a limit of its own, so it isn't held back by this one.
            }
        }
    }

    Context 'A service that is not there' {
        It 'is named, with what to do, and not waited for' {
            $null = Set-MgRequestContext -MaxRetry 3
            $server = Start-RawServer -Answer @($null)
            $server.Dispose()
            Connect-RawServer $server
            $recorded = Invoke-Recorded { Get-MgUser -UserId a1 }
            $recorded.Errors[0].Exception.Message | Should -Match "127\.0\.0\.1:$($server.Port) could not be reached"
            $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike '*Microsoft.Graph.PowerShell.Cmdlets.GetMgUser_Get'
        }
    }

    Context 'A proxy that was named' {
        It 'is asked for a tunnel, and named where it answers with a page: <Status>' -ForEach @{ Status = '403 Forbidden' }, @{ Status = '502 Bad Gateway' } {
            $server = Start-RawServer -Close -Answer (New-RawAnswer -Status $Status -Body '<html>Sign in</html>' -Headers @{ 'content-type' = 'text/html' })
            $servers.Add($server)
            $null = Add-MgEnvironment -Name rawproxy -GraphEndpoint https://graph.contoso.example -AzureADEndpoint https://login.contoso.example
            Connect-MgGraph -Environment rawproxy -AccessToken (ConvertTo-SecureString canary-token -AsPlainText -Force) -Proxy "http://127.0.0.1:$($server.Port)" -NoWelcome
            $recorded = Invoke-Recorded { Get-MgUser -UserId a1 }
            $recorded.Errors[0].Exception.Message | Should -Match 'the proxy on the way to graph\.contoso\.example refused'
            "$($recorded.Errors[0].ErrorDetails.RecommendedAction)" | Should -Match 'Nothing reached the service'
            $server.Requests[0] | Should -Match '^CONNECT graph\.contoso\.example:443 '
            "$($server.Requests)" | Should -Not -Match 'canary'
        }
    }

    Context 'A proxy of one command' {
        BeforeEach {
            $service = Connect-Answers (New-RawAnswer -Body '{"id":"a1","displayName":"Direct"}')
            $proxy = Start-RawServer -Answer (New-RawAnswer -Body '{"id":"a1","displayName":"By proxy"}')
            $servers.Add($proxy)
            $address = "http://127.0.0.1:$($proxy.Port)"
        }

        It 'is what its requests go by, and those of no other' {
            (Get-MgUser -UserId a1 -Proxy $address).DisplayName | Should -Be 'By proxy'
            (Get-MgUser -UserId a1 -Proxy $address).DisplayName | Should -Be 'By proxy'
            (Get-MgUser -UserId a1).DisplayName | Should -Be 'Direct'
            Update-MgUser -UserId a1 -JobTitle x -Proxy $address -ErrorAction Stop
            $service.Requests | Should -HaveCount 1
            $proxy.Requests | Should -HaveCount 3
            $proxy.Requests[0] | Should -Match "^GET http://127\.0\.0\.1:$($service.Port)/v1\.0/users/a1 HTTP/1\.1\r\n"
            $proxy.Requests[0] | Should -Match '(?im)^authorization: Bearer opaque-token\r$'
            $proxy.Requests[0] | Should -Not -Match '(?im)^proxy-authorization'
        }

        It 'is told who asks, by name and password' {
            foreach ($password in 'canary-1', 'canary-2') {
                $credential = [pscredential]::new('ada', (ConvertTo-SecureString $password -AsPlainText -Force))
                $told = Get-MgUser -UserId a1 -Proxy $address -ProxyCredential $credential -Debug *>&1 | Out-String
                $told | Should -Match 'HTTP REQUEST'
                $told | Should -Not -Match 'canary|YWRh'
                $expected = [Convert]::ToBase64String([System.Text.Encoding]::ASCII.GetBytes("ada:$password"))
                $proxy.Requests[-1] | Should -Match "(?im)^proxy-authorization: Basic $expected\r$"
            }
        }

        It 'is named where it is no address, or holds a password' {
            (Invoke-Recorded { Get-MgUser -UserId a1 -Proxy ftp://proxy }).Errors[0].Exception.Message | Should -Match "'ftp://proxy' is no address of a proxy"
            $message = (Invoke-Recorded { Get-MgUser -UserId a1 -Proxy http://ada:canary@proxy }).Errors[0].Exception.Message
            $message | Should -Match 'holds a user name or a password'
            $message | Should -Not -Match 'canary'
            $service.Requests + $proxy.Requests | Should -BeNullOrEmpty
        }
    }

    Context 'Secrets' {
        It 'are nowhere in what -Debug and -Verbose show, in errors and in objects' {
            $null = Set-MgRequestContext -MaxRetry 1 -RetryDelay 0
            $server = Start-RawServer -Answer @(
                (New-RawAnswer -Status '503 Service Unavailable')
                (New-RawAnswer -Status '400 Bad Request' -Body '{"error":{"code":"Request_BadRequest","message":"No."}}' -Headers @{ 'content-type' = 'application/json'; 'set-cookie' = 'canary-cookie' })
            )
            $servers.Add($server)
            Connect-RawServer $server -Token 'canary-token'
            $shown = & {
                New-MgUser -AccountEnabled -DisplayName Ada -MailNickname ada -UserPrincipalName ada@contoso.com -PasswordProfile @{ Password = 'canary-password' } -Debug -Verbose -ErrorAction Continue
            } *>&1
            $server.Requests[0] | Should -Match 'canary-token'
            $server.Requests[0] | Should -Match 'canary-password'
            $text = ($shown | ForEach-Object { $_ | Out-String; if ($_ -is [System.Management.Automation.ErrorRecord]) { $_ | Format-List * -Force | Out-String; $_.ErrorDetails.Message; $_.TargetObject.PasswordProfile | Out-String } }) -join "`n"
            $text | Should -Match 'HTTP REQUEST'
            $text | Should -Match 'HTTP RESPONSE'
            $text | Should -Not -Match 'canary-token'
            $text | Should -Not -Match 'canary-cookie'
            ($shown | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] } | Out-String) | Should -Not -Match 'canary'
        }

        It 'are in no file, no journal and no argument of a process' {
            $path = New-TestTenant -Seed (Get-CompanySeed)
            $folder = Join-Path (Split-Path $path) "secrets-$([guid]::NewGuid().ToString('n'))"
            $null = New-Item -ItemType Directory -Path $folder
            $runs = $env:MGLICENSE_RUNS
            $env:MGLICENSE_RUNS = $folder
            $server = Start-MgLocalTenantServer -Path $path -Tls
            try {
                $secret = $server.Credential.GetNetworkCredential().Password
                $common = @{ Environment = $server.Environment; NoWelcome = $true; ErrorAction = 'Stop' }
                Connect-MgGraph @common -TenantId $server.TenantId -ClientSecretCredential $server.Credential
                $null = New-MgUser -AccountEnabled -DisplayName New -MailNickname new -UserPrincipalName new@contoso.com -PasswordProfile @{ Password = 'canary-Passw0rd' } -UsageLocation GB -Debug -Verbose *>&1
                $token = (Invoke-RestMethod -Method Post -Uri "$($server.Uri)/$($server.TenantId)/oauth2/v2.0/token" -SkipCertificateCheck -NoProxy -Body @{
                        grant_type = 'client_credentials'; client_id = $server.ClientId; client_secret = $secret; scope = 'https://graph.microsoft.com/.default'
                    }).access_token
                Connect-MgGraph @common -AccessToken (ConvertTo-SecureString $token -AsPlainText -Force)
                $results = 'new@contoso.com', 'ada@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE
                @($results) | Should -HaveCount 2
                @(Get-ChildItem $folder -Recurse -File) | Should -Not -BeNullOrEmpty
            } finally {
                Disconnect-TestTenant
                $null = $server | Stop-MgLocalTenantServer
                $env:MGLICENSE_RUNS = $runs
            }
            $places = @(Get-Item "$path*") + @(Get-ChildItem $folder -Recurse -File)
            $text = ($places | ForEach-Object { [System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes($_.FullName)) }) -join "`n"
            $text += [System.Environment]::GetCommandLineArgs() -join ' '
            $text | Should -Match 'new@contoso\.com'
            $secret.Length | Should -BeGreaterThan 10
            $token.Length | Should -BeGreaterThan 100
            foreach ($canary in $secret, $token, 'canary-Passw0rd') { $text.Contains($canary) | Should -BeFalse }
        }
    }
}
