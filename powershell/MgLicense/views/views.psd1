# Default views of MgLicense's own objects. A column is a property, or a label with a script; see generator/views.ps1.
@{
    'MgLicense.AssignmentResult'   = @{
        Columns = @(
            @{ Property = 'Row'; Alignment = 'Right' }
            @{ Label = 'User'; Script = '$_.UserPrincipalName ?? $_.UserId' }
            @{ Property = 'Status' }
            @{ Label = 'Added'; Script = '$_.Added -join ", "' }
            @{ Label = 'Removed'; Script = '$_.Removed -join ", "' }
            @{ Label = 'Plans'; Script = '$_.PlanChanges -join ", "' }
            @{ Label = 'Location'; Script = 'if ($_.UsageLocationAfter -ne $_.UsageLocationBefore) { "$($_.UsageLocationBefore) -> $($_.UsageLocationAfter)".TrimStart() } else { $_.UsageLocationAfter }' }
            @{ Property = 'Error' }
        )
    }
    'MgLicense.CompatibilityModule' = @{
        Columns = @(
            @{ Property = 'Name' }
            @{ Property = 'AnsweredBy' }
            @{ Property = 'InstalledVersion' }
            @{ Property = 'InstalledAt' }
        )
    }
    'MgLicense.LicenseError'       = @{
        Columns = @(
            @{ Label = 'User'; Script = '$_.UserPrincipalName ?? $_.UserId' }
            @{ Label = 'Product'; Script = '$_.SkuPartNumber ?? $_.SkuId' }
            @{ Label = 'Group'; Script = '$_.GroupName ?? $_.GroupId' }
            @{ Property = 'Error' }
            @{ Property = 'Message' }
        )
    }
    'MgLicense.LicenseRepair'      = @{
        Columns = @(
            @{ Label = 'User'; Script = '$_.UserPrincipalName ?? $_.UserId' }
            @{ Property = 'Status' }
            @{ Property = 'Errors' }
            @{ Property = 'Message' }
        )
    }
    'MgLicense.GroupLicenseTest'   = @{
        Columns = @(
            @{ Label = 'Group'; Script = '$_.GroupName ?? $_.GroupId' }
            @{ Property = 'WillSucceed' }
            @{ Property = 'Members'; Alignment = 'Right' }
            @{ Property = 'WouldGet'; Alignment = 'Right' }
            @{ Property = 'Waiting'; Alignment = 'Right' }
            @{ Property = 'Conflicting'; Alignment = 'Right' }
            @{ Property = 'WithoutLocation'; Alignment = 'Right' }
            @{ Property = 'Guests'; Alignment = 'Right' }
        )
    }
    'MgLicense.GroupLicenseProblem' = @{
        Wrap    = $true
        Columns = @(
            @{ Label = 'User'; Script = '$_.UserPrincipalName ?? $_.UserId'; Width = 31 }
            @{ Label = 'Product'; Script = '$_.SkuPartNumber ?? $_.SkuId'; Width = 18 }
            @{ Property = 'Error'; Width = 15 }
            @{ Property = 'Message'; Width = 33; Words = $true }
        )
    }
    'MgLicense.GroupLicenseSwitch' = @{
        Columns = @(
            @{ Label = 'Group'; Script = '$_.GroupName ?? $_.GroupId' }
            @{ Property = 'Status' }
            @{ Property = 'Removed' }
            @{ Property = 'Added' }
            @{ Property = 'Members'; Alignment = 'Right' }
            @{ Property = 'LostPlans' }
        )
    }
    'MgLicense.LicenseAssignment'  = @{
        Columns = @(
            @{ Label = 'User'; Script = '$_.UserPrincipalName ?? $_.UserId'; Width = 30 }
            @{ Label = 'Product'; Script = '$_.ProductName ?? "-"'; Width = 27 }
            @{ Property = 'Source'; Width = 22 }
            @{ Label = 'State'; Script = '$_.Error ?? $_.State'; Width = 14 }
            @{ Label = 'Loc'; Script = '$_.UsageLocation ?? "-"'; Width = 3 }
        )
    }
    'MgLicense.LicenseFinding'     = @{
        Wrap    = $true
        Columns = @(
            @{ Property = 'Severity'; Width = 8 }
            @{ Property = 'Kind'; Width = 14 }
            @{ Label = 'Count'; Script = '$null -eq $_.Count ? "unknown" : $_.IsComplete ? $_.Count : ">= $($_.Count)"'; Width = 7; Alignment = 'Right' }
            @{ Property = 'Subject'; Width = 24; Words = $true }
            @{ Property = 'Why'; Width = 43; Words = $true }
        )
    }
    'MgLicense.LicenseFindingUser' = @{
        Columns = @(
            @{ Label = 'User'; Script = '"$_"'; Width = 36 }
            @{ Property = 'Detail'; Width = 62 }
        )
    }
    'MgLicense.LicenseReport'      = @{
        Columns = @(
            @{ Property = 'People'; Alignment = 'Right' }
            @{ Property = 'Rows'; Alignment = 'Right' }
            @{ Property = 'Products'; Alignment = 'Right' }
            @{ Property = 'Findings'; Alignment = 'Right' }
            @{ Property = 'Size'; Alignment = 'Right' }
            @{ Property = 'IsComplete' }
            @{ Property = 'Path' }
        )
    }
    'MgLicense.LicenseWait'        = @{
        Wrap    = $true
        Columns = @(
            @{ Label = 'User'; Script = '$_.UserId'; Width = 32 }
            @{ Property = 'Status'; Width = 11 }
            @{ Label = 'Seconds'; Script = '$_.WaitedSeconds'; Width = 7; Alignment = 'Right' }
            @{ Label = 'Not ready'; Script = '(@($_.Pending) + @($_.NeedsAdmin) + @($_.Missing)) -join ", "'; Width = 46 }
        )
    }
    'MgLicense.LicenseWaitPlan'    = @{
        Columns = @(
            @{ Property = 'Name'; Width = 30 }
            @{ Property = 'FriendlyName'; Width = 32 }
            @{ Property = 'Status'; Width = 20 }
            @{ Property = 'SkuPartNumber' }
        )
    }
    'MgLicense.LicenseSource'      = @{
        Columns = @(
            @{ Label = 'Source'; Script = '"$_"'; Width = 30 }
            @{ Property = 'State'; Width = 15 }
            @{ Property = 'PlansOff'; Width = 25 }
            @{ Property = 'ErrorText' }
        )
    }
    'MgLicense.LicensePlan'        = @{
        Columns = @(
            @{ Property = 'Name'; Width = 30 }
            @{ Property = 'FriendlyName'; Width = 32 }
            @{ Property = 'Id'; Width = 36 }
        )
    }
    'MgLicense.LicenseProduct'     = @{
        Columns = @(
            @{ Property = 'SkuPartNumber'; Width = 26 }
            @{ Property = 'ProductName'; Width = 35 }
            @{ Property = 'SkuId'; Width = 36 }
        )
    }
    'MgLicense.LicenseProductTable' = @{
        Columns = @(
            @{ Property = 'Products'; Alignment = 'Right' }
            @{ Property = 'NewProducts'; Alignment = 'Right' }
            @{ Property = 'ServicePlans'; Alignment = 'Right' }
            @{ Property = 'NewServicePlans'; Alignment = 'Right' }
            @{ Property = 'Path' }
        )
    }
    'MgLicense.LicenseSummary'     = @{
        Columns = @(
            @{ Label = 'Product'; Script = '$_.ProductName'; Width = 34 }
            @{ Label = 'Bought'; Script = '$_.Enabled'; Width = 7; Alignment = 'Right' }
            @{ Label = 'Grace'; Script = '$_.Warning'; Width = 6; Alignment = 'Right' }
            @{ Label = 'Susp.'; Script = '$_.Suspended'; Width = 6; Alignment = 'Right' }
            @{ Property = 'Assigned'; Width = 8; Alignment = 'Right' }
            @{ Label = 'Free'; Script = '$_.LooksUnlimited ? "unlimited?" : $_.Free'; Width = 10; Alignment = 'Right' }
            @{ Label = 'Waiting'; Script = '$_.Waiting ?? "unknown"'; Width = 7; Alignment = 'Right' }
            @{ Label = 'Ends'; Script = '$_.EndsAt ? $_.EndsAt.ToString("yyyy-MM-dd") : "-"'; Width = 10 }
        )
    }
    'MgLicense.LicenseTest'        = @{
        Columns = @(
            @{ Label = 'User'; Script = '$_.UserPrincipalName ?? $_.UserId' }
            @{ Property = 'WillSucceed' }
            @{ Property = 'Change' }
            @{ Property = 'Reasons' }
        )
    }
    'MgLicense.LicenseTestSummary' = @{
        Columns = @(
            @{ Property = 'Rows'; Alignment = 'Right' }
            @{ Property = 'Users'; Alignment = 'Right' }
            @{ Property = 'ToChange'; Alignment = 'Right' }
            @{ Property = 'Unchanged'; Alignment = 'Right' }
            @{ Property = 'Blocked'; Alignment = 'Right' }
            @{ Property = 'Short'; Alignment = 'Right' }
            @{ Property = 'AtRisk'; Alignment = 'Right' }
            @{ Property = 'Seats' }
        )
    }
    'MgLicense.LicenseRun'         = @{
        Columns = @(
            # The id begins with the time.
            @{ Property = 'Id'; Width = 22 }
            @{ Property = 'Command'; Width = 21 }
            @{ Property = 'State'; Width = 11 }
            @{ Property = 'Rows'; Width = 7; Alignment = 'Right' }
            @{ Property = 'Changed'; Width = 7; Alignment = 'Right' }
            @{ Property = 'Unchanged'; Width = 9; Alignment = 'Right' }
            @{ Property = 'Failed'; Width = 7; Alignment = 'Right' }
            @{ Label = 'Open'; Script = '$_.NotStarted + $_.OutcomeUnknown'; Width = 6; Alignment = 'Right' }
        )
    }
    'MgLicense.SeatLine'           = @{
        Columns = @(
            @{ Property = 'SkuPartNumber' }
            @{ Property = 'Owned'; Alignment = 'Right' }
            @{ Property = 'Before'; Alignment = 'Right' }
            @{ Property = 'Freed'; Alignment = 'Right' }
            @{ Property = 'Taken'; Alignment = 'Right' }
            @{ Property = 'After'; Alignment = 'Right' }
            @{ Property = 'Short'; Alignment = 'Right' }
        )
    }
    'MgLicense.LicenseTestReason'  = @{
        Wrap    = $true
        Columns = @(
            @{ Property = 'Certainty'; Width = 10 }
            @{ Property = 'Code'; Width = 21 }
            @{ Property = 'Message'; Width = 32; Words = $true }
            @{ Property = 'Action'; Width = 32; Words = $true }
        )
    }
    'MgLicense.LocalTenant'        = @{
        Columns = @(
            @{ Property = 'DisplayName' }
            @{ Property = 'DefaultDomain' }
            @{ Property = 'Users'; Alignment = 'Right' }
            @{ Property = 'Groups'; Alignment = 'Right' }
            @{ Property = 'Skus'; Alignment = 'Right' }
            @{ Property = 'Clock' }
            @{ Property = 'Path' }
        )
    }
    'MgLicense.LocalTenantRequest' = @{
        Columns = @(
            @{ Property = 'Index'; Alignment = 'Right' }
            @{ Property = 'At' }
            @{ Property = 'Method' }
            @{ Property = 'Path' }
            @{ Property = 'Status'; Alignment = 'Right' }
            @{ Property = 'Body' }
        )
    }
    'MgLicense.LocalTenantStep'    = @{
        Columns = @(
            @{ Property = 'Clock' }
            @{ Property = 'Members'; Alignment = 'Right' }
            @{ Property = 'IsDue' }
            @{ Property = 'Next' }
        )
    }
    'MgLicense.LocalTenantServer'  = @{
        Columns = @(
            @{ Property = 'Uri' }
            @{ Property = 'TenantId' }
            @{ Property = 'ClientId' }
            @{ Property = 'Path' }
        )
    }
}
