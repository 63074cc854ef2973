# Public reports on seats and the state of products. What the coverage file says of tags holds here.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ReportTenant.psm1') -Force
    Import-TestModule
    $sku = Get-ReportSku
    $user = Get-ReportUser
}

AfterAll { Disconnect-TestTenant }

Describe 'Seats and product states' {
    Context 'There are more people than seats, and nobody can say who gets one' -Tag 'Report25' {
        It 'serves the rows of a pipeline in their order, where that is said' {
            $null = Connect-ReportTenant -Enabled @{ FLOW_FREE = 2 }
            $outcome = Invoke-Recorded { $user.u5, $user.u3, $user.u1 | Set-MgUserLicense -AddLicenses FLOW_FREE -UsageLocation GB -Partial Row }

            $results = $outcome.Output | Sort-Object Row
            $results.Row | Should -Be 1, 2, 3
            $results.Status | Should -Be 'Changed', 'Changed', 'Failed'
            $results[2].Error | Should -BeLike '*does not have any available licenses*'
            $outcome.Errors | Should -HaveCount 1
            Get-Held $user.u5 | Should -Be 'FLOW_FREE'
            Get-Held $user.u3 | Should -Be 'FLOW_FREE'
            Get-Held $user.u1 | Should -Be ''
            Get-SeatsUsed FLOW_FREE | Should -Be 2
        }
    }

    Context 'More units are in use than were bought, and people take it for a bug' -Tag 'Report27' {
        BeforeAll {
            $seed = New-ReportSeed -Enabled @{ ENTERPRISEPACK = 5 }
            $seed.users += foreach ($number in 1..6) {
                @{ userPrincipalName = "holder$number@contoso.com"; displayName = "Holder $number"; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'ENTERPRISEPACK' }) }
            }
            $null = Connect-TestTenant -Seed $seed
        }

        It 'shows six in use of five' {
            $product = Get-MgSubscribedSku | Where-Object SkuPartNumber -EQ ENTERPRISEPACK
            $product.PrepaidUnits.Enabled | Should -Be 5
            $product.PrepaidUnits.Warning | Should -Be 0
            $product.ConsumedUnits | Should -Be 6
        }

        It 'refuses one more' {
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.ENTERPRISEPACK } -RemoveLicenses @() }
            $outcome.Errors[0].Exception.Message |
                Should -Be "[Request_BadRequest] : Subscription with SKU $($sku.ENTERPRISEPACK) does not have any available licenses."
        }

        It 'comes back to five of five when one is removed, and that frees no seat' {
            $null = Set-MgUserLicense -UserId holder1@contoso.com -AddLicenses @() -RemoveLicenses @($sku.ENTERPRISEPACK)
            Get-SeatsUsed ENTERPRISEPACK | Should -Be 5

            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.ENTERPRISEPACK } -RemoveLicenses @() }
            $outcome.Errors | Should -HaveCount 1
            Get-SeatsUsed ENTERPRISEPACK | Should -Be 5
        }
    }

    Context 'It is unclear whether a suspended product can be given, and what becomes of those who have it' -Tag 'Report29' {
        BeforeAll {
            $seed = New-ReportSeed -Held @{ u5 = 'VISIOCLIENT' }
            ($seed.subscribedSkus | Where-Object skuPartNumber -EQ VISIOCLIENT).prepaidUnits = @{ enabled = 0; warning = 0; suspended = 10; lockedOut = 0 }
            $null = Connect-TestTenant -Seed $seed
        }

        It 'shows the product as suspended' {
            (Get-MgSubscribedSku | Where-Object SkuPartNumber -EQ VISIOCLIENT).CapabilityStatus | Should -Be 'Suspended'
        }

        It 'refuses to give it' {
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.VISIOCLIENT } -RemoveLicenses @() }
            $outcome.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Request_BadRequest,*'
            Get-Held $user.u1 | Should -Be ''
        }

        It 'keeps what is held, and lets it be taken away' {
            Get-Held $user.u5 | Should -Be 'VISIOCLIENT'
            $null = Set-MgUserLicense -UserId $user.u5 -AddLicenses @() -RemoveLicenses @($sku.VISIOCLIENT)
            Get-Held $user.u5 | Should -Be ''
        }
    }
}
