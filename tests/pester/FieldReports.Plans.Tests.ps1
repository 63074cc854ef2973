# Public reports on service plans. What the coverage file says of tags holds here.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ReportTenant.psm1') -Force
    Import-TestModule
    $sku = Get-ReportSku
    $plan = Get-ReportPlan
    $user = Get-ReportUser
}

AfterAll { Disconnect-TestTenant }

Describe 'Service plans' {
    Context 'Plans switched off in one product are sent with another, and resending a product turns plans back on' -Tag 'Report33' {
        BeforeEach { $null = Connect-ReportTenant -Held @{ u1 = @{ skuPartNumber = 'VISIOCLIENT'; disabledPlans = @('ONEDRIVE_BASIC') } } }

        It 'gives the new product its own list and leaves the other product alone' {
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.SPE_E5; DisabledPlans = @($plan.SWAY) } -RemoveLicenses @()

            Get-PlanOff $user.u1 $sku.SPE_E5 | Should -Be $plan.SWAY
            Get-PlanOff $user.u1 $sku.VISIOCLIENT | Should -Be $plan.ONEDRIVE_BASIC
        }

        It 'refuses a plan of one product inside another' {
            $outcome = Invoke-Recorded {
                Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.SPE_E5; DisabledPlans = @($plan.ONEDRIVE_BASIC) } -RemoveLicenses @()
            }
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
            Get-Held $user.u1 | Should -Be 'VISIOCLIENT'
        }

        It 'replaces the list of a product that is sent again' {
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.SPE_E5; DisabledPlans = @($plan.SWAY) } -RemoveLicenses @()
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.SPE_E5; DisabledPlans = @($plan.YAMMER_ENTERPRISE) } -RemoveLicenses @()

            Get-PlanOff $user.u1 $sku.SPE_E5 | Should -Be $plan.YAMMER_ENTERPRISE
            Get-SeatsUsed SPE_E5 | Should -Be 1
        }
    }

    Context 'The assignment succeeds and the plans that were to be off are on' -Tag 'Report35' {
        BeforeEach { $null = Connect-ReportTenant }

        It 'switches SWAY off when given as <Name>' -ForEach @(
            @{ Name = 'a hashtable'; Make = { param($sku, $plan) @{ SkuId = $sku; DisabledPlans = @($plan) } } }
            @{ Name = 'an ordered hashtable'; Make = { param($sku, $plan) [ordered]@{ DisabledPlans = @($plan); SkuId = $sku } } }
            @{ Name = 'a hashtable with one plan that is no list'; Make = { param($sku, $plan) @{ SkuId = $sku; DisabledPlans = $plan } } }
            @{ Name = 'keys in other letter cases'; Make = { param($sku, $plan) @{ skuid = $sku; DISABLEDplans = @($plan) } } }
            @{ Name = 'a custom object'; Make = { param($sku, $plan) [pscustomobject]@{ SkuId = $sku; DisabledPlans = @($plan) } } }
            @{ Name = 'GUID objects'; Make = { param($sku, $plan) @{ SkuId = [guid]$sku; DisabledPlans = @([guid]$plan) } } }
            @{ Name = 'a typed object'; Make = { param($sku, $plan) [Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense]@{ SkuId = $sku; DisabledPlans = @($plan) } } }
            @{ Name = 'a typed object filled in afterwards'; Make = {
                    param($sku, $plan)
                    $licence = New-Object Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense
                    $licence.SkuId = $sku
                    $licence.DisabledPlans = $plan
                    $licence
                }
            }
            @{ Name = 'names'; Make = { 'unused' | Out-Null; @{ SkuId = 'ENTERPRISEPACK'; DisabledPlans = 'SWAY' } } }
        ) {
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses (& $Make $sku.ENTERPRISEPACK $plan.SWAY) -RemoveLicenses @()

            $off = (Get-MgUserLicenseDetail -UserId $user.u1).ServicePlans | Where-Object ProvisioningStatus -EQ 'Disabled'
            $off.ServicePlanName | Should -Be 'SWAY'
        }

        It 'switches SWAY off when given in a body' {
            $null = Set-MgUserLicense -UserId $user.u1 -BodyParameter @{
                AddLicenses = @(@{ skuId = $sku.ENTERPRISEPACK; disabledPlans = @($plan.SWAY) }); removelicenses = @()
            }
            Get-PlanOff $user.u1 $sku.ENTERPRISEPACK | Should -Be $plan.SWAY
        }
    }

    Context 'Switching off plans that the documentation lists for a product is refused' -Tag 'Report37' {
        It 'refuses a plan that the product does not have, and changes nothing' {
            $null = Connect-ReportTenant
            $outcome = Invoke-Recorded {
                Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.SPE_E5; DisabledPlans = @($plan.KAIZALA_O365_P3) } -RemoveLicenses @()
            }
            $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
            Get-Held $user.u1 | Should -Be ''
        }

        It 'knows the plans of the tenant''s own product, whatever the public list says' {
            $seed = New-ReportSeed
            ($seed.subscribedSkus | Where-Object skuPartNumber -EQ SPE_E5).servicePlans = @(
                @{ servicePlanName = 'YAMMER_ENTERPRISE'; servicePlanId = $plan.YAMMER_ENTERPRISE }
                @{ servicePlanName = 'EXCHANGE_S_ENTERPRISE'; servicePlanId = $plan.EXCHANGE_S_ENTERPRISE }
            )
            $null = Connect-TestTenant -Seed $seed

            $test = Test-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = 'SPE_E5'; DisabledPlans = 'SWAY' }
            $test.WillSucceed | Should -BeFalse
            $test.Reasons.Certainty | Should -Be 'Certain'
            $test.Reasons.SkuPartNumber | Should -Be 'SPE_E5'
            $test.Reasons.Plans | Should -Be 'SWAY'
            Get-WriteLine | Should -BeNullOrEmpty

            (Test-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = 'SPE_E5'; DisabledPlans = 'YAMMER_ENTERPRISE' }).WillSucceed | Should -BeTrue
        }
    }

    Context 'The published list of conflicts is out of date' -Tag 'Report39' {
        It 'lets Exchange plan 1 and plan 2 be held together' {
            $null = Connect-ReportTenant -Held @{ u1 = 'EXCHANGESTANDARD' }
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.EXCHANGEENTERPRISE } -RemoveLicenses @()
            Get-Held $user.u1 | Should -Be 'EXCHANGEENTERPRISE EXCHANGESTANDARD'
        }

        It 'refuses Office 365 E3 on top of E1, for SharePoint' {
            $null = Connect-ReportTenant -Held @{ u1 = 'STANDARDPACK' }
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.ENTERPRISEPACK } -RemoveLicenses @() }

            $message = $outcome.Errors[0].Exception.Message
            $message | Should -BeLike '`[Request_BadRequest`] : License assignment failed because service plans * are mutually exclusive*'
            $message | Should -Match $plan.SHAREPOINTENTERPRISE
            $message | Should -Match 'c7699d2e-19aa-44de-8edf-1736da088ca1' -Because 'that is SHAREPOINTSTANDARD'
            Get-Held $user.u1 | Should -Be 'STANDARDPACK'
        }

        It 'only warns by its own list, and the service decides' {
            $seed = New-ReportSeed -Held @{ u1 = 'STANDARDPACK' }
            $seed.rules = @{ exclusions = @() }
            $null = Connect-TestTenant -Seed $seed

            $test = Test-MgUserLicense -UserId $user.u1 -AddLicenses ENTERPRISEPACK
            $test.WillSucceed | Should -BeTrue
            @($test.Reasons.Certainty) | Should -Contain 'Likely'
            @($test.Reasons.Certainty) | Should -Not -Contain 'Certain'

            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses ENTERPRISEPACK
            Get-Held $user.u1 | Should -Be 'ENTERPRISEPACK STANDARDPACK'
        }
    }

    Context 'A script looks at the first licence only and skips users with a second product' -Tag 'Report41' {
        It 'finds who has a product, whatever else they have' {
            $null = Connect-ReportTenant
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.VISIOCLIENT } -RemoveLicenses @()
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.ENTERPRISEPACK } -RemoveLicenses @()

            $found = Get-MgUser -All -Filter "assignedLicenses/any(x:x/skuId eq $($sku.ENTERPRISEPACK))"
            $found.UserPrincipalName | Should -Be $user.u1
        }
    }
}
