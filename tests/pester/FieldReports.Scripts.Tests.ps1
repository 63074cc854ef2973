#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Public reports about what scripts meet: imports that take minutes, failures that were not caught, names with signs in
# them; and calls that are wrong in themselves, which must fail as they do against Graph.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'
}

Describe 'Import' {
    Context 'Import takes minutes' -Tag 'Report93' {
        It 'loads one assembly, no second module, and nothing that could reach a network' {
            $child = Invoke-ChildShell @'
                $before = [AppDomain]::CurrentDomain.GetAssemblies().ForEach({ $_.GetName().Name })
                Import-Module $module
                $new = [AppDomain]::CurrentDomain.GetAssemblies().ForEach({ $_.GetName().Name }).Where({ $_ -notin $before })
                "own $(@($new -match '^MgLicense'))"
                "network $(@($new -match '^System\.Net\.(Http|Sockets|Security|NameResolution)$').Count)"
                "modules $(@(@((Get-Module).Name) -match '^MgLicense'))"
'@
            $child.Output.Trim() -split '\r?\n' | Should -Be 'own MgLicense.Interop', 'network 0', 'modules MgLicense'
            $child.Error | Should -BeNullOrEmpty
        }
    }
}

Describe 'Failures' {
    BeforeEach { $null = Connect-TestTenant (Get-CompanySeed) }
    AfterEach { Disconnect-TestTenant }

    Context 'The failure that was not caught' -Tag 'Report95' {
        It 'a refusal does not end the script, and is on record' {
            $caught = $false
            $global:ErrorActionPreference = 'Continue'
            try { Set-MgUserLicense -UserId cy@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() 2>&1 | Set-Variable said } catch { $caught = $true }
            $caught | Should -BeFalse
            $said | Should -BeOfType ([System.Management.Automation.ErrorRecord])
            $said.Exception.Message | Should -Be '[Request_BadRequest] : License assignment cannot be done for user with invalid usage location.'
        }

        It 'with Stop it is caught, and its id tells the cause' {
            $record = $null
            try { Set-MgUserLicense -UserId cy@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() -ErrorAction Stop } catch { $record = $_ }
            $record.FullyQualifiedErrorId | Should -Match '^Request_BadRequest,'
            $record.ErrorDetails.Message | Should -Match 'Status: 400 \(BadRequest\)'
        }

        It 'a row that fails is never reported as done' {
            $recorded = Invoke-Recorded { 'cy@contoso.com', 'ada@contoso.com', 'ghost@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE }
            $results = $recorded.Output.Where({ $_ -is [MgLicense.AssignmentResult] })
            $results.Count | Should -Be 3
            @($results.Where({ $_.Status -eq 'Changed' }).UserPrincipalName) | Should -Be 'ada@contoso.com'
            $failed = $results.Where({ $_.Status -eq 'Failed' })
            $failed.Count | Should -Be 2
            $failed.Where({ -not $_.Error }) | Should -BeNullOrEmpty
            $recorded.Errors.Count | Should -Be 2
        }

        It 'the success variable, Ignore and -ErrorVariable behave as for any command' {
            $variable = $null
            Set-MgUserLicense -UserId cy@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() -ErrorAction SilentlyContinue -ErrorVariable variable | Out-Null
            $? | Should -BeFalse
            $variable.Count | Should -Be 1
            $count = $global:Error.Count
            Set-MgUserLicense -UserId cy@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() -ErrorAction Ignore | Out-Null
            $global:Error.Count | Should -Be $count
        }

        It 'a raw request throws, and carries the response' {
            $record = $null
            try { Invoke-MgGraphRequest -Uri 'v1.0/users/ghost@contoso.com' -ErrorAction Ignore } catch { $record = $_ }
            [int] $record.Exception.Response.StatusCode | Should -Be 404
            $record.Exception.Response.Content.ReadAsStringAsync().Result | Should -Match 'Request_ResourceNotFound'
        }
    }

    Context 'A UPN with # or ''' -Tag 'Report99' {
        BeforeEach {
            $seed = Get-CompanySeed
            $seed.users += @(
                @{ userPrincipalName = "x'y.test@contoso.com"; displayName = "Xavier O'Young"; usageLocation = 'GB'; id = 'aaaaaaaa-0000-4000-8000-0000000000a1' }
                @{ userPrincipalName = 'plus+sign@contoso.com'; displayName = 'Plus Sign'; usageLocation = 'GB'; id = 'aaaaaaaa-0000-4000-8000-0000000000a2' }
                @{ userPrincipalName = 'zoe@contoso.com'; displayName = 'Zoë Müller 名'; usageLocation = 'GB'; id = 'aaaaaaaa-0000-4000-8000-0000000000a3' }
            )
            $seed.users[5].usageLocation = 'GB'
            $null = Connect-TestTenant $seed
        }

        It '<Upn> is read, found and licensed' -ForEach @(
            @{ Upn = 'gus_fabrikam.com#EXT#@contoso.onmicrosoft.com'; Id = 'aaaaaaaa-0000-4000-8000-000000000006'; Escaped = 'gus_fabrikam.com%23EXT%23%40contoso.onmicrosoft.com' }
            @{ Upn = "x'y.test@contoso.com"; Id = 'aaaaaaaa-0000-4000-8000-0000000000a1'; Escaped = 'x%27y.test%40contoso.com' }
            @{ Upn = 'plus+sign@contoso.com'; Id = 'aaaaaaaa-0000-4000-8000-0000000000a2'; Escaped = 'plus%2Bsign%40contoso.com' }
        ) {
            $sent = Get-SentRequest { $script:user = Get-MgUser -UserId $Upn }
            $script:user.Id | Should -Be $Id
            ($sent.Path -replace '^.*/users/') -replace "'", '%27' | Should -Be $Escaped
            (Get-MgUser -Filter "userPrincipalName eq '$($Upn.Replace("'", "''"))'").Id | Should -Be $Id
            (Set-MgUserLicense -UserId $Upn -AddLicenses @{ SkuId = $flow } -RemoveLicenses @()).Id | Should -Be $Id
            Get-Held $Id | Should -Be 'FLOW_FREE'
        }

        It 'a name in another script is found and changed' {
            $user = Get-MgUser -Filter "displayName eq 'Zoë Müller 名'"
            $user.UserPrincipalName | Should -Be 'zoe@contoso.com'
            Update-MgUser -UserId $user.Id -DisplayName 'Zoë Müller-Ñandú'
            (Get-MgUser -UserId zoe@contoso.com).DisplayName | Should -Be 'Zoë Müller-Ñandú'
        }
    }
}

Describe 'Calls that are wrong in themselves' {
    BeforeEach { $null = Connect-TestTenant (Get-CompanySeed) }
    AfterEach { Disconnect-TestTenant }

    It 'an empty id in a filter is a bad request: <Filter>' -ForEach @(
        @{ Filter = 'assignedLicenses/any(x:x/skuId eq )' }
        @{ Filter = 'assignedPlans/any(a:a/servicePlanId eq )' }
        @{ Filter = 'assignedLicenses/ ne 0' }
        @{ Filter = 'assignedLicenses/any(x:x/skuId eq f30db892)' }
    ) {
        $recorded = Invoke-Recorded { Get-MgUser -All -Filter $Filter -ConsistencyLevel eventual -CountVariable counted }
        $recorded.Thrown | Should -BeNullOrEmpty
        $recorded.Output | Should -BeNullOrEmpty
        $recorded.Errors[0].FullyQualifiedErrorId | Should -Match '^(Request_)?BadRequest,|^Request_UnsupportedQuery,'
        $recorded.Errors[0].ErrorDetails.Message | Should -Match 'Status: 400'
    }

    It 'a command that never existed is not found: <_>' -ForEach 'Update-MgUserLicense', 'Add-MgGroupMemberByRef', 'Get-Get-MgUser' {
        { & $_ } | Should -Throw -ErrorId 'CommandNotFoundException'
    }
}
