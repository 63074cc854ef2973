# Signing in and out, what is connected, and how an unmodified script is led to a local tenant: never silently.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule

    $company = '0a5f3d21-6b1c-4c55-9d7e-2b8e4f6a9c10'
    $path = New-TestTenant -Seed (Get-CompanySeed)
    $otherPath = New-TestTenant -Seed @{
        organization = @{ id = '0a5f3d21-0000-4000-8000-0000000000ff'; displayName = 'Fabrikam' }
        domains      = @(@{ id = 'fabrikam.com'; isDefault = $true; isInitial = $true })
        users        = @(@{ userPrincipalName = 'zoe@fabrikam.com'; displayName = 'Zoe' })
    }

    # What a connecting call writes to each stream; leaves the connection.
    function Get-Connecting {
        param([scriptblock] $Block)
        $recorded = Invoke-Recorded $Block
        $recorded.Thrown | Should -BeNullOrEmpty
        $recorded
    }
}

Describe 'Connections' {
    BeforeEach {
        Disconnect-TestTenant
        Use-MgLocalTenant -Off
        $env:MGLICENSE_TENANT = $null
    }

    AfterAll {
        Disconnect-TestTenant
        Use-MgLocalTenant -Off
        $env:MGLICENSE_TENANT = $null
    }

    Context 'Connect-MgGraph -LocalTenant' {
        It 'connects, and welcomes with text in the pipeline' {
            $recorded = Get-Connecting { Connect-MgGraph -LocalTenant $path }
            $recorded.Errors | Should -HaveCount 0
            $recorded.Output[0] | Should -BeOfType ([string])
            $recorded.Output[0] | Should -BeExactly 'Welcome to Microsoft Graph!'
            @($recorded.Output -match '^Connected via .* access using .+') | Should -HaveCount 1
            @($recorded.Output -match '-NoWelcome') | Should -HaveCount 1
            (Get-MgUser -UserId ada@contoso.com).DisplayName | Should -Be 'Ada Archer'
        }

        It 'writes nothing with -NoWelcome' {
            $recorded = Get-Connecting { Connect-MgGraph -LocalTenant $path -NoWelcome }
            $recorded.Output | Should -HaveCount 0
            $recorded.Errors | Should -HaveCount 0
            $recorded.Warnings | Should -HaveCount 0 -Because 'the caller asked for a local tenant by name'
        }

        It 'can be called Connect-Graph' {
            Connect-Graph -LocalTenant $path -NoWelcome
            (Get-MgContext).TenantId | Should -Be $company
        }

        It 'replaces the connection before it' {
            Connect-MgGraph -LocalTenant $path -NoWelcome
            Connect-MgGraph -LocalTenant $otherPath -NoWelcome
            (Get-MgUser).DisplayName | Should -Be 'Zoe'
        }

        It 'takes a path relative to the place the caller is in' {
            Push-Location (Split-Path $path)
            try {
                Connect-MgGraph -LocalTenant (Split-Path -Leaf $path) -NoWelcome
            } finally {
                Pop-Location
            }
            (Get-MgContext).TenantId | Should -Be $company
        }

        It 'fails without stopping the script, and leaves nobody connected' {
            Connect-MgGraph -LocalTenant $path -NoWelcome
            $recorded = Get-Connecting { Connect-MgGraph -LocalTenant (Join-Path (Split-Path $path) 'absent.mgtenant') -NoWelcome }
            $recorded.Output | Should -HaveCount 0
            $recorded.Errors | Should -HaveCount 1
            $recorded.Errors[0].Exception.Message | Should -Match 'absent\.mgtenant'
            Get-MgContext | Should -BeNullOrEmpty
        }

        It 'reaches every runspace of the process' {
            Connect-MgGraph -LocalTenant $path -NoWelcome
            $module = Get-TestModulePath
            $names = 1..2 | ForEach-Object -Parallel {
                Import-Module $using:module
                (Get-MgContext).TenantId
            }
            $names | Should -Be @($company, $company)
        }
    }

    Context 'Scopes' {
        It 'are split at commas and trimmed' {
            Connect-MgGraph -LocalTenant $path -Scopes 'User.ReadWrite.All, Organization.Read.All', 'Group.Read.All' -NoWelcome
            (Get-MgContext).Scopes | Should -Be @('User.ReadWrite.All', 'Organization.Read.All', 'Group.Read.All')
            (Get-MgContext).Scopes -contains 'User.ReadWrite.All' | Should -BeTrue
        }

        It 'can be abbreviated, and come by position, in an unmodified script' {
            Use-MgLocalTenant -Path $path
            Connect-MgGraph -Scope User.Read.All -NoWelcome -WarningAction SilentlyContinue
            (Get-MgContext).Scopes | Should -Be 'User.Read.All'
            Connect-MgGraph 'Group.Read.All' -NoWelcome -WarningAction SilentlyContinue
            (Get-MgContext).Scopes | Should -Be 'Group.Read.All'
        }
    }

    Context 'A redirected connection' {
        It 'warns after Use-MgLocalTenant, <Name>' -ForEach @(
            @{ Name = 'plain'; Call = { Connect-MgGraph } }
            @{ Name = 'with -NoWelcome'; Call = { Connect-MgGraph -NoWelcome } }
            @{ Name = 'with scopes'; Call = { Connect-MgGraph -Scopes 'User.ReadWrite.All', 'Organization.Read.All' -NoWelcome } }
            @{ Name = 'with -UseDeviceCode'; Call = { Connect-MgGraph -UseDeviceCode -NoWelcome } }
            @{ Name = 'with -Identity'; Call = { Connect-MgGraph -Identity -NoWelcome } }
            @{ Name = 'with a certificate'
                Call = { Connect-MgGraph -ClientId app -TenantId contoso.com -CertificateThumbprint ('A' * 40) -NoWelcome }
            }
            @{ Name = 'with a client secret'
                Call = { Connect-MgGraph -TenantId contoso.com -ClientSecretCredential ([pscredential]::new('app', (ConvertTo-SecureString x -AsPlainText))) -NoWelcome }
            }
            @{ Name = 'with an access token'; Call = { Connect-MgGraph -AccessToken (ConvertTo-SecureString x -AsPlainText) -NoWelcome } }
            @{ Name = 'with -EnvironmentVariable'; Call = { Connect-MgGraph -EnvironmentVariable -NoWelcome } }
        ) {
            Use-MgLocalTenant -Path $path
            $recorded = Get-Connecting $Call
            $recorded.Errors | Should -HaveCount 0
            $recorded.Warnings | Should -HaveCount 1
            $recorded.Warnings[0] | Should -Match 'local tenant'
            $recorded.Warnings[0] | Should -Match ([regex]::Escape($path))
            (Get-MgContext).TenantId | Should -Be $company
        }

        It 'warns when MGLICENSE_TENANT redirects' {
            $env:MGLICENSE_TENANT = $path
            $recorded = Get-Connecting { Connect-MgGraph -NoWelcome }
            $recorded.Warnings | Should -HaveCount 1
            $recorded.Warnings[0] | Should -Match 'MGLICENSE_TENANT'
            (Get-MgContext).TenantId | Should -Be $company
        }

        It 'follows Use-MgLocalTenant before the variable' {
            $env:MGLICENSE_TENANT = $otherPath
            Use-MgLocalTenant -Path $path
            Connect-MgGraph -NoWelcome -WarningAction SilentlyContinue
            (Get-MgContext).TenantId | Should -Be $company
        }

        It 'is shown by Get-MgContext' {
            Use-MgLocalTenant -Path $path
            Connect-MgGraph -NoWelcome -WarningAction SilentlyContinue
            $context = Get-MgContext
            $context.Environment | Should -BeExactly 'LocalTenant'
            $context.TokenCredentialType | Should -Be 'LocalTenant'
            $context | Format-List | Out-String | Should -Match 'LocalTenant'
        }

        It 'refuses the id of another tenant, and connects nothing' {
            Use-MgLocalTenant -Path $path
            $recorded = Get-Connecting { Connect-MgGraph -TenantId 0a5f3d21-0000-4000-8000-0000000000ff -NoWelcome }
            $recorded.Errors | Should -HaveCount 1
            $recorded.Errors[0].Exception.Message | Should -Match '0a5f3d21-0000-4000-8000-0000000000ff'
            $recorded.Errors[0].Exception.Message | Should -Match $company
            Get-MgContext | Should -BeNullOrEmpty
        }

        It 'takes its own id and domains for -TenantId: <_>' -ForEach '0A5F3D21-6B1C-4C55-9D7E-2B8E4F6A9C10', 'contoso.com', 'contoso.onmicrosoft.com' {
            Use-MgLocalTenant -Path $path
            $recorded = Get-Connecting ([scriptblock]::Create("Connect-MgGraph -TenantId $_ -NoWelcome"))
            $recorded.Errors | Should -HaveCount 0
            (Get-MgContext).TenantId | Should -Be $company
        }

        It 'checks -TenantId where the tenant is named too' {
            $recorded = Get-Connecting { Connect-MgGraph -LocalTenant $path -TenantId fabrikam.com -NoWelcome }
            $recorded.Errors | Should -HaveCount 1
            Get-MgContext | Should -BeNullOrEmpty
        }

        It 'ends with Use-MgLocalTenant -Off' {
            Use-MgLocalTenant -Path $path
            Use-MgLocalTenant -Off
            # A token that can't be one is refused before anything is sent: no test signs in to a cloud.
            $recorded = Get-Connecting { Connect-MgGraph -NoWelcome -AccessToken (ConvertTo-SecureString 'no token' -AsPlainText) }
            $recorded.Errors | Should -HaveCount 1
            Get-MgContext | Should -BeNullOrEmpty
        }

        It 'is not chosen by a file that is no tenant' {
            $text = New-TestPath 'notes.txt'
            Set-Content -Path $text -Value 'not a tenant'
            $recorded = Invoke-Recorded { Use-MgLocalTenant -Path $text }
            @($recorded.Errors).Count + [int]($null -ne $recorded.Thrown) | Should -Be 1
            $env:MGLICENSE_TENANT = $path
            Connect-MgGraph -NoWelcome -WarningAction SilentlyContinue
            (Get-MgContext).TenantId | Should -Be $company
        }
    }

    Context 'Checks before signing in' {
        It 'wants <Name>' -ForEach @(
            @{ Name = 'a tenant with a certificate'; Call = { Connect-MgGraph -ClientId app -CertificateThumbprint ('A' * 40) }; Says = 'TenantId' }
            @{ Name = 'a certificate with a client id'; Call = { Connect-MgGraph -ClientId app -TenantId contoso.com -CertificateThumbprint '' }; Says = 'CertificateThumbprint' }
            @{ Name = 'a thumbprint of 40 characters'; Call = { Connect-MgGraph -ClientId app -TenantId contoso.com -CertificateThumbprint ABC }; Says = '40' }
            @{ Name = 'a known environment'; Call = { Connect-MgGraph -Environment Mars }; Says = 'Mars' }
            @{ Name = 'an environment that is not empty'; Call = { Connect-MgGraph -Environment '' }; Says = 'Environment' }
            @{ Name = 'a token that is not plain text'; Call = { Connect-MgGraph -AccessToken 'plain' }; Says = 'AccessToken' }
        ) {
            Use-MgLocalTenant -Path $path
            $recorded = Invoke-Recorded $Call
            $recorded.Thrown.Exception.Message | Should -Match $Says
            Get-MgContext | Should -BeNullOrEmpty
        }
    }

    Context 'Get-MgContext' {
        It 'writes nothing, and no error, when signed out' {
            $recorded = Invoke-Recorded { Get-MgContext }
            $recorded.Output | Should -HaveCount 0
            $recorded.Errors | Should -HaveCount 0
            if (Get-MgContext) { throw 'a script would take this for connected' }
        }

        It 'has the properties of the SDK, in order' {
            Connect-MgGraph -LocalTenant $path -Scopes User.ReadWrite.All -NoWelcome
            $context = Get-MgContext
            $names = 'ClientId', 'TenantId', 'Scopes', 'AuthType', 'TokenCredentialType', 'CertificateThumbprint', 'CertificateSubjectName',
            'SendCertificateChain', 'Account', 'AppName', 'ContextScope', 'Certificate', 'PSHostVersion', 'ManagedIdentityId', 'ClientSecret', 'Environment'
            @($context.PSObject.Properties.Name | Where-Object { $_ -in $names }) | Should -Be $names
            $context.AuthType | Should -Be 'Delegated'
            $context.ContextScope | Should -Be 'Process'
            , $context.Scopes | Should -BeOfType ([string[]])
            $context.PSHostVersion | Should -Be $Host.Version
            $context.GetType().GetInterface('IAuthContext') | Should -Not -BeNullOrEmpty
        }

        It 'is app-only for a certificate' {
            Use-MgLocalTenant -Path $path
            Connect-MgGraph -AppId app -Tenant contoso.com -CertificateThumbprint ('A' * 40) -NoWelcome -WarningAction SilentlyContinue
            $context = Get-MgContext
            $context.AuthType | Should -Be 'AppOnly'
            $context.ClientId | Should -Be 'app'
            $context.CertificateThumbprint | Should -Be ('A' * 40)
            $context.Account | Should -BeNullOrEmpty
        }

        It 'gives a copy, so that nobody changes the connection by it' {
            Connect-MgGraph -LocalTenant $path -NoWelcome
            (Get-MgContext).TenantId = 'changed'
            (Get-MgContext).TenantId | Should -Be $company
        }
    }

    Context 'Disconnect-MgGraph' {
        It 'writes the context it closed, and leaves nobody connected' {
            Connect-MgGraph -LocalTenant $path -NoWelcome
            $closed = Disconnect-MgGraph
            $closed.TenantId | Should -Be $company
            Get-MgContext | Should -BeNullOrEmpty
            (Invoke-Recorded { Get-MgUser }).Errors[0].Exception.Message | Should -BeExactly 'Authentication needed. Please call Connect-MgGraph.'
        }

        It 'writes an error that does not stop, when nobody is connected' {
            $recorded = Invoke-Recorded { Disconnect-MgGraph; 'next' }
            $recorded.Output | Should -Be 'next'
            $recorded.Errors | Should -HaveCount 1
            $recorded.Errors[0].Exception.Message | Should -BeExactly 'No application to sign out from.'
            $recorded.Errors[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
            $recorded.Errors[0].FullyQualifiedErrorId.Split(',')[0] -as [guid] | Should -Not -BeNullOrEmpty
        }

        It 'can be silenced' {
            $recorded = Invoke-Recorded { Disconnect-MgGraph -ErrorAction SilentlyContinue | Out-Null }
            $recorded.Errors | Should -HaveCount 0
            $recorded.Thrown | Should -BeNullOrEmpty
            (Invoke-Recorded { Disconnect-Graph -ErrorAction Stop }).Thrown | Should -Not -BeNullOrEmpty
        }
    }

    Context 'Get-MgEnvironment' {
        It 'lists the clouds' {
            $clouds = @(Get-MgEnvironment | Sort-Object Name)
            $clouds.Name | Should -Be @('China', 'Global', 'USGov', 'USGovDoD')
            $clouds.Type | Sort-Object -Unique | Should -BeExactly 'Built-in'
            $clouds.AzureADEndpoint | Should -Be @('https://login.chinacloudapi.cn', 'https://login.microsoftonline.com', 'https://login.microsoftonline.us', 'https://login.microsoftonline.us')
            $clouds.GraphEndpoint | Should -Be @('https://microsoftgraph.chinacloudapi.cn', 'https://graph.microsoft.com', 'https://graph.microsoft.us', 'https://dod-graph.microsoft.us')
        }

        It 'gives one by name, by position and from the pipeline' {
            (Get-MgEnvironment -Name Global).GraphEndpoint | Should -Be 'https://graph.microsoft.com'
            (Get-MgEnvironment usgov).Name | Should -BeExactly 'USGov'
            ([pscustomobject]@{ Name = 'China' } | Get-MgEnvironment).Name | Should -BeExactly 'China'
        }
    }

    Context 'The request context' {
        BeforeAll {
            $before = Get-MgRequestContext
        }

        AfterAll {
            Set-MgRequestContext -RetryDelay $before.RetryDelay -MaxRetry $before.MaxRetry -RetriesTimeLimit $before.RetriesTimeLimit.TotalSeconds `
                -ClientTimeout $before.ClientTimeout.TotalSeconds | Out-Null
        }

        It 'has the defaults of the SDK' {
            $context = Get-MgRequestContext
            $context.ClientTimeout.TotalSeconds | Should -Be 300
            $context.RetryDelay | Should -Be 3
            $context.MaxRetry | Should -Be 3
            $context.RetriesTimeLimit.TotalSeconds | Should -Be 0
        }

        It 'changes what is named, and writes the context' {
            $context = Set-MgRequestContext -MaxRetry 5 -RetryDelay 7
            $context.MaxRetry | Should -Be 5
            $context.RetryDelay | Should -Be 7
            $context.ClientTimeout.TotalSeconds | Should -Be 300
            (Get-MgRequestContext).MaxRetry | Should -Be 5
        }

        It 'takes values by property name' {
            ([pscustomobject]@{ MaxRetry = 2; ClientTimeout = 60 } | Set-MgRequestContext).MaxRetry | Should -Be 2
            (Get-MgRequestContext).ClientTimeout.TotalSeconds | Should -Be 60
        }

        It 'changes nothing with -WhatIf' {
            $max = (Get-MgRequestContext).MaxRetry
            Set-MgRequestContext -MaxRetry 9 -WhatIf | Should -BeNullOrEmpty
            (Get-MgRequestContext).MaxRetry | Should -Be $max
        }

        It 'refuses <Name> <Value>' -ForEach @(
            @{ Name = 'RetryDelay'; Value = 181 }, @{ Name = 'RetryDelay'; Value = -1 }, @{ Name = 'MaxRetry'; Value = 11 }, @{ Name = 'MaxRetry'; Value = -1 }
        ) {
            $arguments = @{ $Name = $Value }
            (Invoke-Recorded { Set-MgRequestContext @arguments }).Thrown.FullyQualifiedErrorId | Should -Match '^ParameterArgumentValidationError,'
        }

        It 'gets its timeout from Connect-MgGraph -ClientTimeout too' {
            Use-MgLocalTenant -Path $path
            Connect-MgGraph -ClientTimeout 45 -NoWelcome -WarningAction SilentlyContinue
            (Get-MgRequestContext).ClientTimeout.TotalSeconds | Should -Be 45
        }
    }
}
