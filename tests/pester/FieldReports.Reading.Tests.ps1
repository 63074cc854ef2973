# Public reports on reading and reporting. What the coverage file says of tags holds here.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ReportTenant.psm1') -Force
    Import-TestModule
    $sku = Get-ReportSku
    $user = Get-ReportUser
}

AfterAll { Disconnect-TestTenant }

Describe 'Reading and reporting' {
    Context 'Licences, state and location read as empty because nobody asked for them' -Tag 'Report71' {
        BeforeAll { $null = Connect-ReportTenant -Held @{ u1 = 'FLOW_FREE' } }

        It 'leaves them null without -Property' {
            $read = Get-MgUser -UserId $user.u1
            $read.AssignedLicenses | Should -BeNullOrEmpty
            $read.UsageLocation | Should -BeNullOrEmpty
            $read.AccountEnabled | Should -BeNullOrEmpty
            $read.UserType | Should -BeNullOrEmpty
        }

        It 'gives them with -Property' {
            $read = Get-MgUser -UserId $user.u1 -Property AssignedLicenses, UsageLocation, AccountEnabled, UserType
            @($read.AssignedLicenses) | Should -HaveCount 1
            $read.AssignedLicenses[0].SkuId | Should -Be $sku.FLOW_FREE
            $read.UsageLocation | Should -Be 'GB'
            $read.AccountEnabled | Should -BeTrue
            $read.UserType | Should -Be 'Member'
        }
    }

    Context 'The filter for the unlicensed needs a header and a count, and may see an old index' -Tag 'Report73' {
        BeforeEach {
            $seed = New-ReportSeed -Held @{ u1 = 'FLOW_FREE'; u5 = 'VISIOCLIENT' }
            # A clock that stands, so that five seconds pass when the test says so.
            $seed.clock = '2026-11-25T09:00:00Z'
            $null = Connect-TestTenant -Seed $seed -Setting @{ lag = @{ indexSeconds = 5 } }
        }

        It 'finds three of five with the header and the count' {
            $found = Get-MgUser -All -Filter 'assignedLicenses/$count eq 0' -ConsistencyLevel eventual -CountVariable unlicensed
            $found.UserPrincipalName | Sort-Object | Should -Be (@($user.u2, $user.u3, $user.u4) | Sort-Object)
            $global:unlicensed | Should -Be 3
        }

        It 'is refused without them' {
            $outcome = Invoke-Recorded { Get-MgUser -All -Filter 'assignedLicenses/$count eq 0' }
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Request_UnsupportedQuery,*'
            $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
        }

        It 'finds the one of them that is synchronised' {
            $found = Get-MgUser -All -Filter 'assignedLicenses/$count eq 0 and onPremisesSyncEnabled eq true' -ConsistencyLevel eventual -CountVariable unlicensed
            $found.UserPrincipalName | Should -Be $user.u3
            $global:unlicensed | Should -Be 1
        }

        It 'still lists a user right after an assignment, whom a direct read shows as licensed' {
            Update-MgUser -UserId $user.u2 -UsageLocation GB
            $null = Set-MgUserLicense -UserId $user.u2 -AddLicenses FLOW_FREE
            $query = @{ All = $true; Filter = 'assignedLicenses/$count eq 0'; ConsistencyLevel = 'eventual'; CountVariable = 'unlicensed' }

            (Get-MgUser @query).UserPrincipalName | Should -Contain $user.u2
            Get-Held $user.u2 | Should -Be 'FLOW_FREE'

            Set-MgLocalTenant -Clock '2026-11-25T09:00:06Z'
            (Get-MgUser @query).UserPrincipalName | Should -Not -Contain $user.u2
        }

        AfterAll { Remove-Variable -Scope Global -Name unlicensed -ErrorAction Ignore }
    }

    Context 'A page token dies in the middle of a listing' -Tag 'Report75' {
        It 'writes the error and keeps the rows so far' {
            $null = Connect-ReportTenant -Setting @{
                page   = @{ defaultSize = 2 }
                faults = @(@{ on = @{ method = 'GET'; path = '/users'; query = '$skiptoken' }; calls = @(2); status = 400; code = 'Directory_ExpiredPageToken'; message = 'The specified page token value has expired and is no longer valid.' })
            }
            $outcome = Invoke-Recorded { Get-MgUser -All }

            $outcome.Output | Should -HaveCount 4
            @($outcome.Output.Id | Sort-Object -Unique) | Should -HaveCount 4
            $outcome.Errors | Should -HaveCount 1
            $outcome.Errors[0].FullyQualifiedErrorId | Should -Be 'Directory_ExpiredPageToken,Microsoft.Graph.PowerShell.Cmdlets.GetMgUser_List'
        }

        It 'is got over where MgLicense reads for itself, and nobody counts twice' {
            $path = New-TestPath
            $null = New-MgLocalTenant -Path $path -Generate 'users=1100,seed=5,licensed=0' -ErrorAction Stop
            Connect-TestFile $path
            $users = @(Get-MgUser -All -PageSize 999 -Property Id).Id
            $null = Set-MgLocalTenant -Path $path -Setting @{ requestLog = 'all'; faults = @(@{ on = @{ method = 'GET'; path = '/users' }; expiredPageToken = $true }) }

            $outcome = Invoke-Recorded { $users | Test-MgUserLicense -AddLicenses FLOW_FREE -UsageLocation GB }

            $outcome.Errors | Should -BeNullOrEmpty
            $outcome.Output | Should -HaveCount 1100
            @($outcome.Output.UserId | Sort-Object -Unique) | Should -HaveCount 1100
            @(Get-MgLocalTenantRequest -Path $path | Where-Object { $_.Path -match 'skiptoken' -and $_.Status -eq 400 }) | Should -HaveCount 1
        }
    }

    Context 'A filter on products is refused' -Tag 'Report77' {
        BeforeEach { $null = Connect-ReportTenant }

        It 'refuses it as the service does' {
            $outcome = Invoke-Recorded { Get-MgSubscribedSku -Filter "skuPartNumber eq 'SPE_E3'" }
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
        }

        It 'finds a product by name for licensing with one read' {
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses SPE_E3 -RemoveLicenses @()

            @(Get-MgLocalTenantRequest | Where-Object Method -EQ GET).Path | Should -BeLike '*/subscribedSkus*'
            @(Get-MgLocalTenantRequest | Where-Object Method -EQ GET) | Should -HaveCount 1
            Get-Held $user.u1 | Should -Be 'SPE_E3'
        }
    }

    Context 'Two products share one part number, and scripts that go by it assign the wrong one' -Tag 'Report79' {
        BeforeAll {
            $introductory = '36a0f3b3-adb5-49ea-bf66-762134cf063a'
            $standard = '989a1621-93bc-4be0-835c-fe30171d6463'
            $plans = @(@{ servicePlanName = 'TEAMSPRO_MGMT'; servicePlanId = '0504111f-feb8-4a3c-992a-70280f9a2869' })
            function New-Premium {
                param([string] $Id, [int] $Enabled)
                @{ skuId = $Id; skuPartNumber = 'Microsoft_Teams_Premium'; servicePlans = $plans; prepaidUnits = @{ enabled = $Enabled; warning = 0; suspended = 0; lockedOut = 0 } }
            }
        }

        It 'refuses the part number, with both ids and the seats of each' {
            $seed = New-ReportSeed
            $seed.subscribedSkus = @(New-Premium $introductory 7) + @(New-Premium $standard 3)
            $null = Connect-TestTenant -Seed $seed
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u1 -AddLicenses Microsoft_Teams_Premium -RemoveLicenses @() }

            $outcome.Output | Should -BeNullOrEmpty
            $message = $outcome.Errors[0].Exception.Message
            $message | Should -Match $introductory
            $message | Should -Match $standard
            $message | Should -Match '\b7\b'
            $message | Should -Match '\b3\b'
            Get-WriteLine | Should -BeNullOrEmpty
        }

        It 'takes the one that the tenant owns' {
            $seed = New-ReportSeed
            $seed.subscribedSkus = @(New-Premium $standard 3)
            $null = Connect-TestTenant -Seed $seed
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses Microsoft_Teams_Premium -RemoveLicenses @()

            (Get-MgUser -UserId $user.u1 -Property AssignedLicenses).AssignedLicenses.SkuId | Should -Be $standard
        }

        It 'refuses <Name>, which means two products of the public list, with both ids' -ForEach @(
            @{ Name = 'MCOPSTN5'; Ids = 'd43177b5-475b-4880-92d4-d54c27b5efbd', '54a152dc-90de-4996-93d2-bc47e670fc06' }
            @{ Name = 'Microsoft 365 Business Basic'; Ids = '3b555118-da6a-4418-894f-7df1e2096870', 'dab7782a-93b1-4074-8bb1-0e61318bea0b' }
        ) {
            $seed = New-ReportSeed
            $seed.subscribedSkus = @(@{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 1 } })
            $null = Connect-TestTenant -Seed $seed
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u1 -AddLicenses $Name -RemoveLicenses @() }

            foreach ($id in $Ids) { $outcome.Errors[0].Exception.Message | Should -Match $id }
            Get-WriteLine | Should -BeNullOrEmpty
        }

        It 'finds every part number with a blank or a slash in it' {
            $table = Import-Csv (Join-Path (Get-RepositoryRoot) 'rust/rules/data/sku-service-plans.csv')
            $odd = $table | Where-Object String_Id -Match '[ /]' | Sort-Object -Unique String_Id
            $odd | Should -HaveCount 28
            $null = Connect-ReportTenant

            $test = Test-MgUserLicense -UserId $user.u1 -AddLicenses $odd.String_Id
            @($test.Reasons.Code | Sort-Object -Unique) | Should -Be 'ProductNotOwned'
            @($test.Reasons.SkuId | Sort-Object) | Should -Be @($odd.GUID | Sort-Object)
        }
    }
}
