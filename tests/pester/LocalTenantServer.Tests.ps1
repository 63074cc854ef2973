# Serving a tenant from PowerShell, asked by PowerShell's own HTTP client.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule

    function Get-ServerToken {
        param($Server)
        $form = @{
            grant_type = 'client_credentials'; client_id = $Server.ClientId; scope = 'https://graph.microsoft.com/.default'
            client_secret = $Server.Credential.GetNetworkCredential().Password
        }
        (Invoke-RestMethod -Method Post -Uri $Server.TokenEndpoint -Body $form -NoProxy).access_token
    }
}

AfterAll {
    Get-MgLocalTenantServer | Stop-MgLocalTenantServer
    Disconnect-TestTenant
}

Describe 'Start-MgLocalTenantServer' {
    AfterEach { Get-MgLocalTenantServer | Stop-MgLocalTenantServer }

    It 'serves a tenant to any client that signs in' {
        $path = New-TestTenant (Get-CompanySeed)
        $server = Start-MgLocalTenantServer -Path $path

        $server | Should -BeOfType MgLicense.LocalTenantServer
        $server.Path | Should -Be $path
        $server.Uri | Should -Be "http://127.0.0.1:$($server.Port)"
        $server.TenantId | Should -Be (Get-MgLocalTenant -Path $path).TenantId
        $server.Credential | Should -BeOfType pscredential
        $server.Credential.UserName | Should -Be $server.ClientId
        $server.CertificatePath | Should -BeNullOrEmpty
        $headers = @{ Authorization = "Bearer $(Get-ServerToken $server)" }
        (Invoke-RestMethod -Uri "$($server.Uri)/v1.0/users" -Headers $headers -NoProxy).value.Count | Should -Be 6
    }

    It 'refuses those without a token' {
        $server = Start-MgLocalTenantServer -Path (New-TestTenant (Get-CompanySeed))
        $answer = Invoke-WebRequest -Uri "$($server.Uri)/v1.0/users" -SkipHttpErrorCheck -NoProxy

        $answer.StatusCode | Should -Be 401
        (ConvertFrom-Json $answer.Content).error.code | Should -Be 'InvalidAuthenticationToken'
        $answer.Headers['WWW-Authenticate'] | Should -BeLike 'Bearer *'
    }

    It 'counts the tokens that it gave, and not the requests it refused' {
        $server = Start-MgLocalTenantServer -Path (New-TestTenant (Get-CompanySeed))
        $server.TokensGiven | Should -Be 0
        $null = Get-ServerToken $server
        $null = Get-ServerToken $server
        $null = Invoke-WebRequest -Method Post -Uri $server.TokenEndpoint -Body @{ grant_type = 'client_credentials'; client_id = $server.ClientId } -SkipHttpErrorCheck -NoProxy
        (Get-MgLocalTenantServer -Port $server.Port).TokensGiven | Should -Be 2
    }

    It 'writes the certificate to trust, and takes it away when it stops' {
        $server = Start-MgLocalTenantServer -Path (New-TestTenant (Get-CompanySeed)) -Tls

        $server.Uri | Should -Be "https://127.0.0.1:$($server.Port)"
        Get-Content -Raw $server.CertificatePath | Should -BeLike '-----BEGIN CERTIFICATE-----*'
        $server | Stop-MgLocalTenantServer
        $server.CertificatePath | Should -Not -Exist
    }

    It 'leaves no certificate behind when its process ends' {
        $path = New-TestTenant (Get-CompanySeed)
        $script = "Import-Module `$module; (Start-MgLocalTenantServer '$path' -Tls).CertificatePath"
        $certificate = (Invoke-ChildShell $script).Output.Trim()

        $certificate | Should -BeLike '*.pem'
        $certificate | Should -Not -Exist
    }

    It 'takes latency and settings for the run alone' {
        $path = New-TestTenant (Get-CompanySeed)
        $server = Start-MgLocalTenantServer -Path $path -Latency 300 -Setting @{ page = @{ defaultSize = 2 } }
        $headers = @{ Authorization = "Bearer $(Get-ServerToken $server)" }
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $page = Invoke-RestMethod -Uri "$($server.Uri)/v1.0/users" -Headers $headers -NoProxy

        $watch.ElapsedMilliseconds | Should -BeGreaterOrEqual 300
        $page.value.Count | Should -Be 2
        (Get-MgLocalTenant -Path $path).Settings.latencyMilliseconds | Should -Be 0
    }

    It 'keeps the limits of the directory with -Quota' {
        $path = New-TestTenant (Get-CompanySeed)
        $server = Start-MgLocalTenantServer -Path $path -Quota -Setting @{ quota = @{ writes = 1; writeWindowSeconds = 1000 } }
        $call = @{
            Method = 'Patch'; Uri = "$($server.Uri)/v1.0/users/ada@contoso.com"; ContentType = 'application/json'; NoProxy = $true
            Headers = @{ Authorization = "Bearer $(Get-ServerToken $server)" }; Body = '{"city":"Leeds"}'; SkipHttpErrorCheck = $true
        }
        (Invoke-WebRequest @call).StatusCode | Should -Be 204
        $refused = Invoke-WebRequest @call

        $refused.StatusCode | Should -Be 429
        [int] "$($refused.Headers['Retry-After'])" | Should -BeGreaterThan 900
        "$($refused.Headers['x-ms-throttle-scope'])" | Should -Be "Tenant_Application/Write/$($server.ClientId)/$($server.TenantId)"
    }

    It 'lets go wrong what the script of -Fault says, and has it on record' {
        $path = New-TestTenant (Get-CompanySeed)
        $script = New-TestPath 'faults.json'
        Set-Content -Path $script -Value '[{"on":{"method":"PATCH"},"calls":[1],"reset":true,"afterWrite":true},{"on":{"method":"PATCH"},"calls":[2],"status":503}]'
        $server = Start-MgLocalTenantServer -Path $path -Fault $script
        $call = @{
            Method = 'Patch'; Uri = "$($server.Uri)/v1.0/users/ada@contoso.com"; ContentType = 'application/json'; NoProxy = $true
            Headers = @{ Authorization = "Bearer $(Get-ServerToken $server)" }; Body = '{"city":"Leeds"}'; SkipHttpErrorCheck = $true
        }
        { Invoke-WebRequest @call } | Should -Throw
        (Invoke-WebRequest @call).StatusCode | Should -Be 503
        (Invoke-WebRequest @call).StatusCode | Should -Be 204
        $log = @(Get-MgLocalTenantRequest -Path $path -WriteOnly)

        $log.Status | Should -Be 204, 503, 204
        $log.Fault | Should -Be 'reset', '503', $null
        $log.Body | Should -Be @(@('{"city":"Leeds"}') * 3)
    }

    It 'serves the connected tenant where none is named' {
        $path = Connect-TestTenant (Get-CompanySeed)
        (Start-MgLocalTenantServer).Path | Should -Be $path
    }

    It 'does nothing with -WhatIf' {
        $null = Start-MgLocalTenantServer -Path (New-TestTenant (Get-CompanySeed)) -WhatIf
        Get-MgLocalTenantServer | Should -BeNullOrEmpty
    }

    It 'refuses an address that others could reach' {
        $outcome = Invoke-Recorded { Start-MgLocalTenantServer -Path (New-TestTenant (Get-CompanySeed)) -Address 0.0.0.0 }
        $outcome.Errors.Count | Should -Be 1
        $outcome.Errors[0].FullyQualifiedErrorId | Should -BeLike 'NotLoopback*'
        $outcome.Output | Should -BeNullOrEmpty
    }

    It 'names an unknown setting and a missing script of faults' {
        $path = New-TestTenant (Get-CompanySeed)
        $outcome = Invoke-Recorded { Start-MgLocalTenantServer -Path $path -Setting @{ pages = @{} } }
        $outcome.Errors[0].Exception.Message | Should -BeLike "*did you mean 'page'*"
        $outcome = Invoke-Recorded { Start-MgLocalTenantServer -Path $path -Fault 'no-such-file.json' }
        $outcome.Errors[0].Exception.Message | Should -BeLike '*no-such-file.json*'
    }
}

Describe 'Get- and Stop-MgLocalTenantServer' {
    It 'list and stop by file and by port' {
        $one, $two = (New-TestTenant (Get-CompanySeed)), (New-TestTenant (Get-CompanySeed))
        $servers = @(Start-MgLocalTenantServer $one; Start-MgLocalTenantServer $two; Start-MgLocalTenantServer $two)

        @(Get-MgLocalTenantServer).Count | Should -Be 3
        @(Get-MgLocalTenantServer -Path $two).Port | Should -Be $servers[1, 2].Port
        (Get-MgLocalTenantServer -Port $servers[0].Port).Credential.GetNetworkCredential().Password |
            Should -Be $servers[0].Credential.GetNetworkCredential().Password
        Stop-MgLocalTenantServer -Port $servers[2].Port
        @(Get-MgLocalTenantServer).Count | Should -Be 2
        Stop-MgLocalTenantServer -Path $one -WhatIf
        @(Get-MgLocalTenantServer).Count | Should -Be 2
        Stop-MgLocalTenantServer -Path $one
        (Get-MgLocalTenantServer).Path | Should -Be $two
        { Invoke-WebRequest -Uri $servers[0].Uri -NoProxy } | Should -Throw
        $servers[1] | Stop-MgLocalTenantServer
        Get-MgLocalTenantServer | Should -BeNullOrEmpty
        $outcome = Invoke-Recorded { $servers[1] | Stop-MgLocalTenantServer }
        $outcome.Errors[0].FullyQualifiedErrorId | Should -BeLike 'NotServed*'
    }
}
