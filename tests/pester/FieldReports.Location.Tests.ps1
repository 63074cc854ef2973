# Public reports on usage locations. What the coverage file says of tags holds here.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ReportTenant.psm1') -Force
    Import-TestModule
    $sku = Get-ReportSku
    $plan = Get-ReportPlan
    $user = Get-ReportUser

    function Get-Location { param([string] $UserId) (Get-MgUser -UserId $UserId -Property UsageLocation).UsageLocation }
}

AfterAll { Disconnect-TestTenant }

Describe 'Usage location' {
    Context 'An assignment is refused because the user has no usage location' -Tag 'Report14' {
        BeforeEach { $null = Connect-ReportTenant }

        It 'writes the refusal of the service and changes nothing' {
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u2 -AddLicenses @{ SkuId = $sku.FLOW_FREE } -RemoveLicenses @() }

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Errors[0].Exception.Message | Should -Be '[Request_BadRequest] : License assignment cannot be done for user with invalid usage location.'
            $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
            Get-Held $user.u2 | Should -Be ''
            Get-Location $user.u2 | Should -BeNullOrEmpty
            Get-SeatsUsed FLOW_FREE | Should -Be 0
        }

        It 'sets the location and assigns in one command, with one PATCH and then one POST' {
            $changed = Set-MgUserLicense -UserId $user.u2 -AddLicenses @{ SkuId = $sku.FLOW_FREE } -RemoveLicenses @() -UsageLocation GB

            $changed.UserPrincipalName | Should -Be $user.u2
            Get-WriteLine | Should -Be @("PATCH /users/$($user.u2)", "POST /users/$($user.u2)/assignLicense")
            (Get-MgLocalTenantRequest -WriteOnly)[0].Body | Should -Be '{"usageLocation":"GB"}'
            Get-Location $user.u2 | Should -Be 'GB'
            Get-Held $user.u2 | Should -Be 'FLOW_FREE'
        }

        It 'needs no PATCH for a user that was created with a location' {
            $new = New-MgUser -DisplayName New -UserPrincipalName 'new@contoso.com' -MailNickname new -AccountEnabled -UsageLocation GB `
                -PasswordProfile @{ Password = [guid]::NewGuid().ToString() }
            $null = Set-MgUserLicense -UserId $new.Id -AddLicenses @{ SkuId = $sku.FLOW_FREE } -RemoveLicenses @() -UsageLocation GB

            Get-WriteLine | Should -Be @('POST /users', "POST /users/$($new.Id)/assignLicense")
            Get-Held $new.Id | Should -Be 'FLOW_FREE'
        }
    }

    Context 'The location was just set and the assignment is still refused, now and then' -Tag 'Report15' {
        It 'tries again with growing waits after its own PATCH, and warns at most once' {
            $path = New-TestTenant -Seed (New-ReportSeed) -Setting @{ lag = @{ licensingSeconds = 8 } }
            # The clock of session and tenant runs fifty times as fast, so that the waits take no time of ours.
            $child = Invoke-ChildShell -Environment @{ MGLICENSE_CLOCK = '50x' } -Script @"
                Import-Module `$module
                $(Get-ConnectText $path)
                `$changed = Set-MgUserLicense -UserId '$($user.u2)' -AddLicenses FLOW_FREE -UsageLocation GB -WarningVariable warned -WarningAction SilentlyContinue
                [pscustomobject]@{
                    Changed = `$changed.UserPrincipalName
                    Warned  = @(`$warned).Count
                    Posts   = @(Get-MgLocalTenantRequest -WriteOnly | Where-Object Method -EQ POST | Select-Object Status, At)
                    Patches = @(Get-MgLocalTenantRequest -WriteOnly | Where-Object Method -EQ PATCH).Count
                    Held    = @(Get-MgUserLicenseDetail -UserId '$($user.u2)').SkuPartNumber
                } | ConvertTo-Json -Depth 5
"@
            $child.ExitCode | Should -Be 0 -Because $child.Text
            $seen = $child.Output | ConvertFrom-Json
            $seen.Changed | Should -Be $user.u2
            $seen.Held | Should -Be 'FLOW_FREE'
            $seen.Warned | Should -BeLessOrEqual 1
            $seen.Patches | Should -Be 1
            $seen.Posts[0].Status | Should -Be 400
            $seen.Posts[-1].Status | Should -Be 200
            $seen.Posts.Count | Should -BeGreaterThan 2
            $span = [datetime]$seen.Posts[-1].At - [datetime]$seen.Posts[0].At
            $span.TotalSeconds | Should -BeGreaterOrEqual 7 -Because 'the lag is eight seconds of the tenant'
            $span.TotalSeconds | Should -BeLessOrEqual 60
        }

        It 'does not wait for a user whose location nobody has just set: <Name>' -ForEach @(
            @{ Name = 'one without a location'; Who = 'u3'; Location = @{} }
            @{ Name = 'one who has the location already'; Who = 'u1'; Location = @{ UsageLocation = 'GB' } }
        ) {
            $null = Connect-ReportTenant -Setting @{
                faults = @(@{ on = @{ method = 'POST'; path = '/users/*/assignLicense' }; status = 400; code = 'Request_BadRequest'; message = 'License assignment cannot be done for user with invalid usage location.' })
            }
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user[$Who] -AddLicenses FLOW_FREE @Location }

            $outcome.Errors[0].Exception.Message | Should -BeLike '*invalid usage location*'
            Get-WriteLine | Should -Be "POST /users/$($user[$Who])/assignLicense"
        }
    }

    Context 'The value typed is no ISO code, and the failure comes later and elsewhere' -Tag 'Report17' {
        BeforeEach { $null = Connect-ReportTenant }

        It 'refuses UK before anything is sent, and suggests GB' {
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u2 -AddLicenses FLOW_FREE -UsageLocation UK }

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Errors | Should -HaveCount 1
            "$($outcome.Errors[0].Exception.Message)" | Should -MatchExactly '\bGB\b'
            Get-WriteLine | Should -BeNullOrEmpty
        }

        It 'sends gb as GB' {
            $null = Set-MgUserLicense -UserId $user.u2 -AddLicenses FLOW_FREE -UsageLocation gb

            (Get-MgLocalTenantRequest -WriteOnly)[0].Body | Should -BeExactly '{"usageLocation":"GB"}'
            Get-Location $user.u2 | Should -BeExactly 'GB'
        }

        It 'refuses <_> before anything is sent' -ForEach '"GB"', 'XX', 'Germany', 'G', 'GB ; DE' {
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u2 -AddLicenses FLOW_FREE -UsageLocation $_ }

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Errors | Should -HaveCount 1
            Get-WriteLine | Should -BeNullOrEmpty
        }

        It 'leaves UK to the service where Update-MgUser is asked to send it' {
            $outcome = Invoke-Recorded { Update-MgUser -UserId $user.u2 -UsageLocation UK }

            $outcome.Errors[0].Exception.Message | Should -BeLike '`[Request_BadRequest`] : *usageLocation*'
            $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
            (Get-MgLocalTenantRequest -WriteOnly)[0].Body | Should -BeExactly '{"usageLocation":"UK"}'
            Get-Location $user.u2 | Should -BeNullOrEmpty
        }
    }

    Context 'Users of a barred country are licensed with the country of the tenant' -Tag 'Report21' {
        It 'refuses a direct assignment of a product with a barred plan, and takes no seat' {
            $seed = New-ReportSeed
            $seed.rules = @{ barred = @(@{ plan = $plan.FLOW_P2_VIRAL; locations = @('IR') }) }
            $null = Connect-TestTenant -Seed $seed
            Update-MgUser -UserId $user.u1 -UsageLocation IR
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u1 -AddLicenses FLOW_FREE -RemoveLicenses @() }

            $outcome.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Request_BadRequest,*'
            $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
            Get-Held $user.u1 | Should -Be ''
            Get-SeatsUsed FLOW_FREE | Should -Be 0
        }

        It 'takes it with the barred plan off' {
            $seed = New-ReportSeed
            $seed.rules = @{ barred = @(@{ plan = 'FLOW_P2_VIRAL'; locations = @('IR') }) }
            $null = Connect-TestTenant -Seed $seed
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = 'FLOW_FREE'; DisabledPlans = 'FLOW_P2_VIRAL' } -UsageLocation IR

            Get-Held $user.u1 | Should -Be 'FLOW_FREE'
            Get-SeatsUsed FLOW_FREE | Should -Be 1
        }
    }

    Context 'A guest has no location, and somebody sets United States by itself' -Tag 'Report23' {
        BeforeAll { $null = Connect-ReportTenant }

        It 'refuses a guest without location like anybody else' {
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u4 -AddLicenses @{ SkuId = $sku.FLOW_FREE } -RemoveLicenses @() }
            $outcome.Errors[0].Exception.Message | Should -BeLike '*invalid usage location*'
            Get-Location $user.u4 | Should -BeNullOrEmpty
        }

        It 'licenses a guest with a location, takes one seat, and leaves the location as it was set' {
            Update-MgUser -UserId $user.u4 -UsageLocation GB
            $changed = Set-MgUserLicense -UserId $user.u4 -AddLicenses @{ SkuId = $sku.FLOW_FREE } -RemoveLicenses @()

            $changed.UserPrincipalName | Should -Be $user.u4
            Get-Held $user.u4 | Should -Be 'FLOW_FREE'
            Get-SeatsUsed FLOW_FREE | Should -Be 1
            Get-Location $user.u4 | Should -BeExactly 'GB'
        }
    }
}
